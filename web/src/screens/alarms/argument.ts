// What a rule was given, out of the ledger. Pure.

import type { AlarmStory } from "../../words";

export type Argument = {
  vital: string;
  /** Seconds before the newest reading, and the value; oldest first. */
  readings: readonly (readonly [number, number])[];
  count: number;
  seconds: number;
  limit: number | null;
  low: number;
  high: number;
  first: number;
  last: number;
  /** Nothing came after them for as long as the rule waits. */
  isUnfollowed: boolean;
};

type Evidence = {
  is_last?: boolean;
  limit: { limit: number } | null;
  readings: Record<string, [back: number, value: number][]>;
};

const MARGIN = 0.1;

/** Of the newest decision that was kept: the vital with the most readings. */
export function argumentOf({ events }: AlarmStory): Argument | null {
  const kept = events
    .filter(({ event }) => event === "raised" || event === "worsened" || event === "returned")
    .map(({ detail }) => detail.evidence as Evidence | undefined)
    .filter((one) => one !== undefined)
    .at(-1);
  if (!kept) return null;
  const [vital, readings] = Object.entries(kept.readings).sort(
    (a, b) => b[1].length - a[1].length,
  )[0] ?? ["", []];
  const first = readings[0];
  const last = readings.at(-1);
  if (!first || !last) return null;
  const limit = kept.limit?.limit ?? null;
  const values = [...readings.map(([, value]) => value), ...(limit === null ? [] : [limit])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(1, (most - least) * MARGIN);
  return {
    vital,
    readings: readings.map(([back, value]) => [back / 1e6, value]),
    count: readings.length,
    seconds: Math.round(first[0] / 1e6),
    limit,
    low: least - margin,
    high: most + margin,
    first: first[1],
    last: last[1],
    isUnfollowed: kept.is_last === true,
  };
}

/** The readings as steps: a value holds until the next one. */
export function path(argument: Argument, wide: number, tall: number): string {
  const { readings, low, high } = argument;
  const span = Math.max(1, readings[0]?.[0] ?? 1);
  const x = (back: number) => ((span - back) / span) * wide;
  const y = (value: number) => tall - ((value - low) / (high - low)) * tall;
  return readings
    .map(([back, value], place) => {
      const to = `${x(back).toFixed(1)}`;
      return place ? `H${to}V${y(value).toFixed(1)}` : `M${to} ${y(value).toFixed(1)}`;
    })
    .join("");
}
