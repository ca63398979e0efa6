// What is known now of one patient. Pure.

import type { Score } from "./words";

/** `byHand`: a person entered it; it is shown as such, and never as if it were live. */
export type LiveValue = { value: number; at: number; received: number; byHand?: boolean };
export type LivePatient = {
  vitals: Readonly<Record<string, LiveValue>>;
  score: Score | null;
  waves: string[];
};

/** What the server calls the source of what people enter. */
export const BY_HAND = "by hand";

export const NOBODY: LivePatient = { vitals: {}, score: null, waves: [] };

/** Of two readings of one vital the later measured wins: a late one never turns time back. */
export function withReading(patient: LivePatient, vital: string, next: LiveValue): LivePatient {
  const known = patient.vitals[vital];
  if (known && known.at > next.at) return patient;
  return { ...patient, vitals: { ...patient.vitals, [vital]: next } };
}
