// Which bed comes first. Pure.

import { worstInWords } from "../../score";
import type { BedPlace, Risk, Score } from "../../words";

export type Order = "bed" | "risk";

const RANKS: Record<Risk, number> = { low: 0, "low-medium": 1, medium: 2, high: 3 };
const POINTS_MAX = 1_000;
const BY_NUMBER = new Intl.Collator(undefined, { numeric: true });

/**
 * Worst first: by the risk at most, so that what is unknown is not taken for well, and then by
 * points. Points of different scores cannot be compared; their risks can.
 */
export function risk(score: Score | null): number {
  if (!score) return -1;
  const rank = RANKS[worstInWords(score) ?? score.risk] ?? 0;
  return rank * POINTS_MAX + (score.total ?? score.high);
}

export function inOrder(
  beds: readonly BedPlace[],
  order: Order,
  scoreOf: (patient: number) => Score | null,
): BedPlace[] {
  const byBed = [...beds].sort((a, b) => BY_NUMBER.compare(a.bed, b.bed));
  if (order === "bed") return byBed;
  const value = (bed: BedPlace) => (bed.patient ? risk(scoreOf(bed.patient.id)) : -2);
  return byBed.sort((a, b) => value(b) - value(a));
}
