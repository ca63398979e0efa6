/** Stretches on the time axis: alarms packed into rows, scores held until the next. */

import type { Alarm, ScorePoint } from "../../words";

export type Stretch = { start: number; end: number };
export type Packed = { alarm: Alarm; start: number; end: number; row: number };

/** When an alarm stood: from raised until its cause was gone; until `now` while it stands. */
export function stretchOf(alarm: Alarm, now: number): Stretch {
  return { start: alarm.raised, end: alarm.cleared ?? alarm.resolved ?? now };
}

/**
 * The alarms of a window in as few rows as hold them without overlap, worst priorities on top.
 *
 * `leastMs` is how much time the smallest mark covers on screen: marks must not overlap either.
 */
export function packRows(
  alarms: readonly Alarm[],
  window: Stretch,
  now: number,
  leastMs: number,
): Packed[] {
  const inside = alarms
    .map((alarm) => ({ alarm, ...stretchOf(alarm, now) }))
    .filter(({ start, end }) => end >= window.start && start <= window.end)
    .sort((one, other) => rank(one.alarm) - rank(other.alarm) || one.start - other.start);
  const rows: Stretch[][] = [];
  return inside.map(({ alarm, start, end }) => {
    // A mark is drawn whole: one that begins at the very end stands a little earlier.
    const mark = {
      start: Math.min(start, window.end - leastMs),
      end: Math.max(end, start + leastMs),
    };
    let row = rows.findIndex((taken) => taken.every((one) => !overlaps(one, mark)));
    if (row < 0) row = rows.push([]) - 1;
    rows[row]?.push(mark);
    return { alarm, start, end, row };
  });
}

function overlaps(one: Stretch, other: Stretch): boolean {
  return one.start < other.end && other.start < one.end;
}

const RANKS = { high: 0, medium: 1, low: 2 };

function rank(alarm: Alarm): number {
  return RANKS[alarm.priority];
}

export type ScoreStretch = Stretch & { score: ScorePoint };

/**
 * Scores as stretches over the window: each holds until the next, equal neighbours are one.
 *
 * Where several fall into one of `slots` parts of the window, the worst is shown: an hour with
 * a minute of 9 must not look like an hour of 2.
 */
export function scoreStretches(
  scores: readonly ScorePoint[],
  window: Stretch,
  slots: number,
): ScoreStretch[] {
  const width = (window.end - window.start) / Math.max(1, slots);
  const found: ScoreStretch[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const start = window.start + slot * width;
    const score = worstHeld(scores, start, start + width);
    const last = found.at(-1);
    if (!score) continue;
    if (last && last.end >= start - 1 && isSame(last.score, score)) last.end = start + width;
    else found.push({ start, end: start + width, score });
  }
  return found;
}

/** The worst score that held at any moment of [start, end); scores are oldest first. */
function worstHeld(scores: readonly ScorePoint[], start: number, end: number) {
  let worst: ScorePoint | undefined;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index];
    const next = scores[index + 1];
    if (!score || score.at >= end || (next && next.at <= start)) continue;
    if (!worst || score.high > worst.high) worst = score;
  }
  return worst;
}

function isSame(one: ScorePoint, other: ScorePoint): boolean {
  const isSameRange = one.low === other.low && one.high === other.high;
  const isSameScore = one.label === other.label && one.said === other.said;
  return isSameRange && isSameScore && one.total === other.total && one.risk === other.risk;
}
