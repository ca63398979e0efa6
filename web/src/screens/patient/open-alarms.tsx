// What stands now, worst first, each acknowledged by itself with a reason and a name.

import { useState } from "react";
import { byUrgency } from "../../alarms";
import { useAlarms } from "../../live";
import { Acknowledge } from "../../parts/acknowledge";
import { AlarmBar } from "../../parts/alarm-bar";
import type { Alarm } from "../../words";
import classes from "./patient.module.css";

/** Open alarms of one patient, the one to answer first, first. */
export function useOpenAlarms(patientId: number): readonly Alarm[] {
  return useAlarms()
    .filter((alarm) => alarm.patient_id === patientId)
    .sort(byUrgency);
}

export function OpenAlarms({ alarms }: { alarms: readonly Alarm[] }) {
  const [answering, setAnswering] = useState<Alarm | null>(null);
  return (
    <section className={classes.open} aria-label="Open alarms">
      {alarms.length === 0 && <p className={classes.calm}>No open alarms</p>}
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <AlarmBar alarm={alarm} acknowledge={setAnswering} />
          </li>
        ))}
      </ul>
      <Acknowledge alarm={answering} close={() => setAnswering(null)} />
    </section>
  );
}
