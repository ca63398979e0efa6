/** What a trend panel draws: buckets of one pixel, gaps as gaps, live readings appended. */

import type { TrendSeries } from "../../words";

/** Readings of one short stretch that begins at `at` (ms): least, greatest and mean. */
export type Bucket = { at: number; low: number; high: number; mean: number };
export type LiveReading = { value: number; at: number };

/** What uPlot is given: x in seconds, then low, high and mean; null is a hole in the line. */
export type Columns = [
  x: number[],
  low: (number | null)[],
  high: (number | null)[],
  mean: (number | null)[],
];

/** The server's columns as buckets, oldest first. */
export function bucketsOf({ at, low, high, mean }: TrendSeries): Bucket[] {
  return at.flatMap((moment, index) => {
    const [least, most, middle] = [low[index], high[index], mean[index]];
    if (least === undefined || most === undefined || middle === undefined) return [];
    return [{ at: moment, low: least, high: most, mean: middle }];
  });
}

/**
 * How long two neighbours may be apart and still be joined by a line, in ms.
 *
 * A vital measured once an hour is not a gap every hour: its own staleness says how long a value
 * stands. Between buckets, one empty bucket may be the rounding of the two; two are a hole.
 */
export function gapMs(bucketMs: number, staleSeconds: number): number {
  return Math.max(bucketMs * 2.5, staleSeconds * 1_000);
}

/** The buckets as columns, with a null where nothing was measured for longer than `gap` ms. */
export function withGaps(buckets: readonly Bucket[], gap: number): Columns {
  const columns: Columns = [[], [], [], []];
  let before: number | undefined;
  for (const bucket of buckets) {
    if (before !== undefined && bucket.at - before > gap) {
      push(columns, (before + bucket.at) / 2, null);
    }
    push(columns, bucket.at, bucket);
    before = bucket.at;
  }
  return columns;
}

function push([x, low, high, mean]: Columns, at: number, bucket: Bucket | null): void {
  x.push(at / 1_000);
  low.push(bucket === null ? null : bucket.low);
  high.push(bucket === null ? null : bucket.high);
  mean.push(bucket === null ? null : bucket.mean);
}

/**
 * The buckets with live readings added: into the last bucket while it lasts, else a new one.
 *
 * A reading no newer than the last bucket came late or is already in it, and is left to the
 * server's next answer, which knows its place.
 */
export function appendAll(
  buckets: readonly Bucket[],
  readings: readonly LiveReading[],
  bucketMs: number,
): Bucket[] {
  const grown = [...buckets];
  for (const { value, at } of readings) {
    const last = grown.at(-1);
    if (last && at <= last.at) continue;
    if (last && at - last.at < bucketMs) {
      const low = Math.min(last.low, value);
      grown[grown.length - 1] = { at: last.at, low, high: Math.max(last.high, value), mean: value };
    } else grown.push({ at, low: value, high: value, mean: value });
  }
  return grown;
}

/**
 * No more than `points` buckets over [start, end], keeping every extreme.
 *
 * A peak of one second must still be seen on a chart of a week: low and high are the least and
 * greatest of what is merged; the mean is the mean of the buckets.
 */
export function toPixels(
  buckets: readonly Bucket[],
  start: number,
  end: number,
  points: number,
): Bucket[] {
  const width = (end - start) / Math.max(1, points);
  const slots = new Map<number, Bucket[]>();
  for (const bucket of buckets) {
    if (bucket.at < start || bucket.at > end) continue;
    const slot = Math.min(points - 1, Math.floor((bucket.at - start) / width));
    const mates = slots.get(slot);
    if (mates) mates.push(bucket);
    else slots.set(slot, [bucket]);
  }
  return [...slots.values()].map(merged);
}

function merged(mates: Bucket[]): Bucket {
  return {
    at: Math.min(...mates.map((one) => one.at)),
    low: Math.min(...mates.map((one) => one.low)),
    high: Math.max(...mates.map((one) => one.high)),
    mean: mates.reduce((sum, one) => sum + one.mean, 0) / mates.length,
  };
}

/** The bucket nearest to `at`, if one is within `reach` ms. */
export function nearest(buckets: readonly Bucket[], at: number, reach: number): Bucket | undefined {
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const near = [buckets[low - 1], buckets[low]].filter((one) => one !== undefined);
  const distance = (one: Bucket) => Math.abs(one.at - at);
  const [best] = near.sort((one, other) => distance(one) - distance(other));
  return best && distance(best) <= reach ? best : undefined;
}

export type Summary = { first: number; last: number; low: number; high: number; latest: number };

/** What a reader who cannot see the curve should hear: its range and where it ended. */
export function summaryOf(buckets: readonly Bucket[]): Summary | undefined {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (!first || !last) return undefined;
  return {
    first: first.at,
    last: last.at,
    low: buckets.reduce((least, one) => Math.min(least, one.low), first.low),
    high: buckets.reduce((most, one) => Math.max(most, one.high), first.high),
    latest: last.mean,
  };
}
