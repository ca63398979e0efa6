// Alarms and calls by whose they are: whoever shows one patient's is drawn for no other's. Apart
// from live.ts, so that a patient's own page need not load it.

import { useSyncExternalStore } from "react";
import { Groups } from "./groups";
import { live } from "./live";
import type { Alarm, Call } from "./words";

const alarmsByPatient = new Groups<Alarm>(({ patient_id }) => patient_id);
const callsByAlarm = new Groups<Call>(({ alarm_id }) => alarm_id);

/** Open alarms of one patient. */
export function useAlarmsOf(patient: number): readonly Alarm[] {
  return useSyncExternalStore(live.subscribe, () => alarmsByPatient.get(live.getAlarms(), patient));
}

/** Calls for one alarm that have not ended. */
export function useCallsOf(alarm: number): readonly Call[] {
  return useSyncExternalStore(live.subscribe, () => callsByAlarm.get(live.getCalls(), alarm));
}

/** One open alarm; undefined where it is not heard, or over. */
export function useAlarm(id: number | null): Alarm | undefined {
  return useSyncExternalStore(live.subscribe, () => (id === null ? undefined : live.getAlarm(id)));
}
