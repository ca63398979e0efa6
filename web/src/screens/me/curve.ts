/** A day's glucose as an SVG path. Times are ms since 1970 UTC, values mg/dL. */

import type { Day } from "./day";

export const WIDTH = 360;
export const HEIGHT = 150;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 8;
const SHOWN: [low: number, high: number] = [40, 260];

/** Where most people with diabetes aim to be (international consensus on time in range, 2019). */
export const TARGET: [low: number, high: number] = [70, 180];

// A sensor speaks every five minutes; three missed are a gap, not a straight line.
const GAP_MS = 15.5 * 60_000;

export type Point = { at: number; value: number };

export function x(at: number, day: Day): number {
  return LEFT + ((at - day.start) / (day.end - day.start)) * (WIDTH - LEFT - 8);
}

export function y(value: number): number {
  const [low, high] = SHOWN;
  const held = Math.min(high, Math.max(low, value));
  return TOP + (1 - (held - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
}

/** What was measured in that day: a page that slept over midnight still has yesterday's. */
export function within(points: readonly Point[], day: Day): Point[] {
  return points.filter(({ at }) => at >= day.start && at < day.end);
}

/** The curve, broken where nothing was measured. */
export function path(points: readonly Point[], day: Day): string {
  let before: number | undefined;
  return points
    .map(({ at, value }) => {
      const isJoined = before !== undefined && at - before <= GAP_MS;
      before = at;
      return `${isJoined ? "L" : "M"}${x(at, day).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
}

export type Share = { below: number; within: number; above: number };

/** Shares of the values below, within and above target, in whole percent. */
export function shares(points: readonly Point[]): Share | undefined {
  if (points.length === 0) return undefined;
  const [low, high] = TARGET;
  const part = (is: (value: number) => boolean) =>
    Math.round((100 * points.filter(({ value }) => is(value)).length) / points.length);
  const below = part((value) => value < low);
  const above = part((value) => value > high);
  return { below, within: 100 - below - above, above };
}
