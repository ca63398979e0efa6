// What stands now, worst first, each acknowledged by itself with a reason and a name.

import { useRef, useState } from "react";
import { byUrgency } from "../../alarms";
import { usePatientInSight } from "../../in-sight";
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

type Props = { patient: number; alarms: readonly Alarm[] };

export function OpenAlarms({ patient, alarms }: Props) {
  const box = useRef<HTMLElement>(null);
  usePatientInSight(box, patient);
  const [answering, setAnswering] = useState<Alarm | null>(null);
  return (
    <section ref={box} className={classes.open} aria-label="Open alarms">
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
