/** What a trend panel draws: buckets of one pixel, gaps as gaps, live readings appended. */

/** One vital's buckets, oldest first. `at` is ms; the four arrays are of one length. */
export type Series = {
  vital: string;
  label: string;
  unit: string;
  at: number[];
  low: number[];
  high: number[];
  mean: number[];
};

/** What uPlot is given: x in seconds, then low, high and mean; null is a hole in the line. */
export type Columns = [
  x: number[],
  low: (number | null)[],
  high: (number | null)[],
  mean: (number | null)[],
];

export type LiveReading = { vital: string; value: number; at: number };

/**
 * How long two neighbours may be apart and still be joined by a line, in ms.
 *
 * A vital measured once an hour is not a gap every hour: its own staleness says how long a value
 * stands. Between buckets, one empty bucket may be the rounding of the two; two are a hole.
 */
export function gapMs(bucketMs: number, staleSeconds: number): number {
  return Math.max(bucketMs * 2.5, staleSeconds * 1_000);
}

/** The series with a null where nothing was measured for longer than `gap` ms. */
export function withGaps(series: Series, gap: number): Columns {
  const columns: Columns = [[], [], [], []];
  let before: number | undefined;
  series.at.forEach((at, index) => {
    if (before !== undefined && at - before > gap) push(columns, (before + at) / 2, null);
    push(columns, at, [series.low[index], series.high[index], series.mean[index]]);
    before = at;
  });
  return columns;
}

function push(columns: Columns, at: number, values: [number, number, number] | null): void {
  columns[0].push(at / 1_000);
  columns[1].push(values && values[0]);
  columns[2].push(values && values[1]);
  columns[3].push(values && values[2]);
}

/**
 * The series with live readings added: into the last bucket while it lasts, else into a new one.
 *
 * Readings that are older than the last bucket came late or are already in it, and are left to
 * the next answer of the server, which knows their place.
 */
export function append(series: Series, readings: LiveReading[], bucketMs: number): Series {
  const news = readings.filter((reading) => reading.vital === series.vital);
  if (news.length === 0) return series;
  const at = [...series.at];
  const low = [...series.low];
  const high = [...series.high];
  const mean = [...series.mean];
  for (const { at: moment, value } of news.sort((one, other) => one.at - other.at)) {
    const last = at.length - 1;
    if (last >= 0 && moment <= at[last]) continue;
    if (last >= 0 && moment - at[last] < bucketMs) {
      low[last] = Math.min(low[last], value);
      high[last] = Math.max(high[last], value);
      mean[last] = value;
    } else {
      at.push(moment);
      low.push(value);
      high.push(value);
      mean.push(value);
    }
  }
  return { ...series, at, low, high, mean };
}

/**
 * No more than `points` buckets over [start, end], keeping every extreme.
 *
 * A peak of one second must still be seen on a chart of a week: low and high are the least and
 * greatest of what is merged; the mean is the mean of the buckets.
 */
export function toPixels(series: Series, start: number, end: number, points: number): Series {
  const width = (end - start) / Math.max(1, points);
  const merged: Series = { ...series, at: [], low: [], high: [], mean: [] };
  let slot = Number.NaN;
  let count = 0;
  series.at.forEach((at, index) => {
    if (at < start || at > end) return;
    const mine = Math.min(points - 1, Math.floor((at - start) / width));
    const last = merged.at.length - 1;
    if (mine === slot) {
      count += 1;
      merged.low[last] = Math.min(merged.low[last], series.low[index]);
      merged.high[last] = Math.max(merged.high[last], series.high[index]);
      merged.mean[last] += (series.mean[index] - merged.mean[last]) / count;
      return;
    }
    slot = mine;
    count = 1;
    merged.at.push(at);
    merged.low.push(series.low[index]);
    merged.high.push(series.high[index]);
    merged.mean.push(series.mean[index]);
  });
  return merged;
}

/** The bucket measured nearest to `at`, if one is within `reach` ms; else undefined. */
export function nearest(series: Series, at: number, reach: number): number | undefined {
  let low = 0;
  let high = series.at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series.at[middle] < at) low = middle + 1;
    else high = middle;
  }
  const near = [low - 1, low].filter((index) => index >= 0 && index < series.at.length);
  const distance = (index: number) => Math.abs(series.at[index] - at);
  const best = near.sort((one, other) => distance(one) - distance(other))[0];
  return best !== undefined && distance(best) <= reach ? best : undefined;
}

export type Summary = { first: number; last: number; low: number; high: number; latest: number };

/** What a reader who cannot see the curve should hear: its range and where it ended. */
export function summaryOf(series: Series): Summary | undefined {
  const count = series.at.length;
  if (count === 0) return undefined;
  return {
    first: series.at[0],
    last: series.at[count - 1],
    low: series.low.reduce((least, value) => Math.min(least, value)),
    high: series.high.reduce((most, value) => Math.max(most, value)),
    latest: series.mean[count - 1],
  };
}
