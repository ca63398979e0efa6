// NEWS2 at a glance: number and risk in words. While inputs are missing it is a range, not a guess.

import { inWords } from "../freshness";
import { lookOf, missingOf, riskInWords, scoreInWords, worstInWords } from "../score";
import type { Score } from "../words";
import classes from "./score-badge.module.css";

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
  const worst = worstInWords(score);
  const title = [
    `NEWS2 ${scoreInWords(score)}, ${riskInWords(score)}`,
    worst && `at worst ${worst} risk`,
    missing.length ? `missing: ${missing.join(", ")}` : "complete",
    `scored ${inWords(Math.max(0, now - score.at))} ago`,
  ];
  return (
    <span
      className={classes.badge}
      data-risk={lookOf(score)}
      title={title.filter(Boolean).join("; ")}
    >
      <span>
        <span className={classes.name}>NEWS2</span> <b>{scoreInWords(score)}</b>
      </span>
      <span>{riskInWords(score)}</span>
    </span>
  );
}
