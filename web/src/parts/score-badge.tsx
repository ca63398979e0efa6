// A score at a glance: number and risk in words. While inputs are missing it is a range, not a guess.

import { memo } from "react";
import { clockTime } from "../freshness";
import { live } from "../live";
import { lookOf, missingOf, riskInWords, scoreInWords, worstInWords } from "../score";
import type { Score } from "../words";
import classes from "./score-badge.module.css";

const LONG = 6; // more letters than this are words, and smaller

/** `isFlat`: in one line, where a tile has no room for two. */
type Props = { score: Score | null; isFlat?: boolean };

export const ScoreBadge = memo(function ScoreBadge({ score, isFlat }: Props) {
  if (!score) {
    return (
      <span className={classes.badge} data-risk="none" data-flat={isFlat}>
        <span>
          <span className={classes.name}>Score</span> <b>--</b>
        </span>
        <span>no score</span>
      </span>
    );
  }
  const missing = missingOf(score);
  const said = scoreInWords(score);
  const worst = worstInWords(score);
  const title = [
    `${score.label} ${scoreInWords(score)}, ${riskInWords(score)}`,
    score.chart,
    worst && `at worst ${worst} risk`,
    missing.length ? `missing: ${missing.join(", ")}` : "complete",
    `scored at ${clockTime(score.at, live.now())}`,
    score.note,
  ];
  return (
    <span
      className={classes.badge}
      data-risk={lookOf(score)}
      data-flat={isFlat}
      title={title.filter(Boolean).join("; ")}
    >
      <span>
        <span className={classes.name}>{score.label}</span>{" "}
        <b data-long={said.length > LONG || undefined}>{said}</b>
      </span>
      <span>{riskInWords(score)}</span>
    </span>
  );
});
