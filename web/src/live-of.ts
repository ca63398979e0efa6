// What carers' screens read besides. Alarms and calls by whose they are: whoever shows one patient's is
// drawn for no other's. Apart from live.ts, so that a patient's own page need not load it.

import { useSyncExternalStore } from "react";
import { Groups } from "./groups";
import { type Live, live } from "./live";
import { Teller } from "./teller";
import type { Alarm, BedDevice, Call, Score } from "./words";

/** For what may be drawn after what rings is painted: counts, and words for who does not see. */
export function laterThan({ subscribe, paint }: Live): Teller {
  const later = new Teller(paint);
  subscribe(() => paint.after(later.tell));
  return later;
}

const later = laterThan(live);
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

/** The same, once what rings is painted: each thing more to draw is drawn before it otherwise. */
export function useAlarmsLater(): readonly Alarm[] {
  return useSyncExternalStore(later.subscribe, live.getAlarms);
}

export function useLiveScore(id: number): Score | null {
  return useSyncExternalStore(live.subscribeNumbers, () => live.getPatient(id).score);
}

export function useLiveDevices(): ReadonlyMap<string, BedDevice> {
  return useSyncExternalStore(live.subscribe, live.getDevices);
}

/** Changes when anything about any device was told; give it to a query's key to ask again. */
export function useDeviceNews(): number {
  return useSyncExternalStore(live.subscribe, live.getDeviceNews);
}

/** Wards whose alarms are heard now: those followed, and the one on the screen. */
export function useAlarmWards(): readonly number[] {
  return useSyncExternalStore(live.subscribe, live.getAlarmWards);
}

/**
 * Changes when the server has begun to tell what was asked for: what is loaded after that
 * misses nothing.
 */
export function useAgreements(): number {
  return useSyncExternalStore(live.subscribe, live.getAgreements);
}

/** The same, but not where a right to see has changed: what may be closed by now is not asked for. */
export function useBegun(): number {
  return useSyncExternalStore(live.subscribe, live.getBegun);
}
