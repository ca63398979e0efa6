// What is known now of one patient. Pure.

import type { Score } from "./words";

export type LiveValue = { value: number; at: number; received: number };
export type LivePatient = {
  vitals: Readonly<Record<string, LiveValue>>;
  score: Score | null;
  waves: string[];
};

export const NOBODY: LivePatient = { vitals: {}, score: null, waves: [] };

/** Of two readings of one vital the later measured wins: a late one never turns time back. */
export function withReading(patient: LivePatient, vital: string, next: LiveValue): LivePatient {
  const known = patient.vitals[vital];
  if (known && known.at > next.at) return patient;
  return { ...patient, vitals: { ...patient.vitals, [vital]: next } };
}
