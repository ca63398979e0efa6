// A score in words, and how reassuring it may look. Pure.

import type { Risk, Score } from "./words";

type Totals = Pick<Score, "total" | "low" | "high"> & { said?: string };

export const RISK_WORDS: Record<Risk, string> = {
  low: "low",
  "low-medium": "low-medium",
  medium: "medium",
  high: "high",
};

/** The total, or between what it lies: `3–9`. A score in colours says these: `1 red 2 yellow`. */
export function scoreInWords(score: Totals): string {
  if (score.said && /red|yellow|colour/.test(score.said)) return score.said;
  if (score.total !== null) return String(score.total);
  return score.low === score.high ? String(score.low) : `${score.low}–${score.high}`;
}

export function missingOf(score: Score): string[] {
  return score.parts.filter((part) => part.is_missing).map((part) => part.label);
}

/** How a score may look: as its risk, or as no risk at all while that is not known. */
export type Look = Risk | "incomplete";

/**
 * The risk as far as it is certain. A score with missing inputs is never shown as low: what is
 * missing may be the worst of it. What is medium or high already is so whatever is missing.
 */
export function lookOf(score: Totals & Pick<Score, "risk">): Look {
  return score.total === null && score.risk === "low" ? "incomplete" : score.risk;
}

/** `medium risk`, `at least medium risk`, `incomplete`. */
export function riskInWords(score: Totals & Pick<Score, "risk">): string {
  const { total, risk } = score;
  if (total !== null || risk === "high") return `${RISK_WORDS[risk]} risk`;
  return risk === "medium" ? "at least medium risk" : "incomplete";
}

type AtWorst = Pick<Score, "total" | "low" | "high"> & { risk_at_worst?: Risk | null };

/**
 * What the risk is if every missing input is at its worst. A NEWS2 kept before scores said so
 * themselves is judged by its own thresholds (RCP 2017: from 7 high, from 5 medium).
 */
export function worstInWords({ total, high, risk_at_worst }: AtWorst): Risk | null {
  if (total !== null) return null;
  if (risk_at_worst) return risk_at_worst;
  return high >= 7 ? "high" : high >= 5 ? "medium" : "low";
}
