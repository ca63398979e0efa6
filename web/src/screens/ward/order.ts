// Which bed comes first. Pure.

import type { Bed, Score } from "../../words";

export type Order = "bed" | "risk";

/** Worst first: by what the score may be at most, so that what is unknown is not taken for well. */
export function risk(score: Score | null): number {
  if (!score) return -1;
  return score.total ?? score.high;
}

export function inOrder(
  beds: readonly Bed[],
  order: Order,
  scoreOf: (patient: number) => Score | null,
): Bed[] {
  const byBed = [...beds].sort((a, b) => a.bed.localeCompare(b.bed, undefined, { numeric: true }));
  if (order === "bed") return byBed;
  const value = (bed: Bed) => (bed.patient ? risk(scoreOf(bed.patient.id)) : -2);
  return byBed.sort((a, b) => value(b) - value(a));
}
