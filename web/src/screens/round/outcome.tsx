// What the entry makes of the score, while it is typed: worked out by the server, as filing will.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Refused } from "../../api";
import { live } from "../../live";
import { ScoreBadge } from "../../parts/score-badge";
import { missingOf } from "../../score";
import { staffApi } from "../../staff-api";
import type { Entry, Score } from "../../words";
import { every } from "./entry";
import classes from "./observe.module.css";

const PAUSE_MS = 200;

type Props = {
  patient: number;
  entry: Entry | null;
  hasFault: boolean;
  /** It is scored for its own time, once it is filed. */
  isCorrection: boolean;
  ago: number;
  opened: number;
  children: ReactNode;
};

export function Outcome(props: Props) {
  const { patient, entry, hasFault, isCorrection, ago, opened, children } = props;
  const settled = useSettled(entry);
  const said = { ...(settled ?? NOTHING), confirmed: true };
  const shown = useQuery({
    queryKey: ["preview", patient, opened, ago, said.values, said.absent],
    queryFn: () =>
      staffApi.preview(patient, { ...said, at: ago === 0 ? null : live.now() - ago * 60_000 }),
    enabled: !isCorrection,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const score = shown.data?.score ?? null;
  const isAway = shown.error instanceof Refused && shown.error.status === 0;
  return (
    <section className={classes.outcome} aria-label="What it makes of the score">
      <div className={classes.preview} aria-live="polite" hidden={isCorrection}>
        <ScoreBadge score={score} />
        <span>
          <b>{title(settled !== null, score, isAway)}</b>
          {shown.error && !isAway ? (
            <span className={classes.wrong}>{shown.error.message}</span>
          ) : (
            <span>{hasFault ? "Something above cannot be: it is marked." : rest(score)}</span>
          )}
        </span>
      </div>
      {children}
    </section>
  );
}

const NOTHING: Entry = {
  key: "00000000-0000-4000-8000-000000000000",
  at: null,
  values: [],
  absent: [],
  confirmed: true,
};

function title(isTyped: boolean, score: Score | null, isAway: boolean): string {
  if (isAway) return "No score while the server is away";
  if (!score) return "No score yet";
  const next = score.interval_seconds;
  const soon =
    next === null || next === undefined
      ? ""
      : next === 0
        ? ": continuous monitoring"
        : `: next ${score.total === null ? "at most " : ""}in ${every(next)}`;
  return `${isTyped ? "With this" : "As it stands"}${soon}`;
}

function rest(score: Score | null): string {
  if (!score) return "Enter what you see.";
  const missing = missingOf(score);
  return missing.length === 0 ? "Complete." : `Still missing: ${missing.join(", ")}.`;
}

/** The entry once nobody has typed for a moment. */
function useSettled(entry: Entry | null): Entry | null {
  const [settled, setSettled] = useState(entry);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(entry), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [entry]);
  return settled;
}
