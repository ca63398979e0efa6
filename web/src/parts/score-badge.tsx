// NEWS2 at a glance: number and risk in words. While inputs are missing it is a range, not a guess.

import { inWords } from "../freshness";
import type { Risk, Score } from "../words";
import classes from "./score-badge.module.css";

export const RISK_WORDS: Record<Risk, string> = {
  low: "low",
  "low-medium": "low-medium",
  medium: "medium",
  high: "high",
};

/** The total, or between what it lies: `3–9`. */
export function scoreInWords(score: Pick<Score, "total" | "low" | "high">): string {
  if (score.total !== null) return String(score.total);
  return score.low === score.high ? String(score.low) : `${score.low}–${score.high}`;
}

export function missingOf(score: Score): string[] {
  return score.parts.filter((part) => part.is_missing).map((part) => part.label);
}

export function ScoreBadge({ score, now }: { score: Score | null; now: number }) {
  if (!score) {
    return (
      <span className={classes.badge} data-risk="none">
        <span>
          <span className={classes.name}>NEWS2</span> <b>--</b>
        </span>
        <span>no score</span>
      </span>
    );
  }
  const missing = missingOf(score);
  const title = [
    `NEWS2 ${scoreInWords(score)}, risk ${RISK_WORDS[score.risk]}`,
    missing.length ? `missing: ${missing.join(", ")}` : "complete",
    `scored ${inWords(Math.max(0, now - score.at))} ago`,
  ].join("; ");
  return (
    <span className={classes.badge} data-risk={score.risk} title={title}>
      <span>
        <span className={classes.name}>NEWS2</span> <b>{scoreInWords(score)}</b>
      </span>
      <span>{RISK_WORDS[score.risk]} risk</span>
    </span>
  );
}
