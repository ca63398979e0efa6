// Where glucose is going. Pure.

export type Point = { at: number; value: number };
export type Heading = { words: string; degrees: number };

const WINDOW_MS = 20 * 60_000;
const MINUTES_MIN = 8;

// mg/dL a minute; the steps that continuous glucose meters' arrows have in common.
const HEADINGS: readonly [least: number, heading: Heading][] = [
  [3, { words: "rising very fast", degrees: -90 }],
  [2, { words: "rising fast", degrees: -70 }],
  [1, { words: "rising", degrees: -40 }],
  [-1, { words: "steady", degrees: 0 }],
  [-2, { words: "falling", degrees: 40 }],
  [-3, { words: "falling fast", degrees: 70 }],
  [-Infinity, { words: "falling very fast", degrees: 90 }],
];

/** Slope of the last twenty minutes in mg/dL a minute, or null with too little to say. */
export function slope(points: readonly Point[], now: number): number | null {
  const recent = points.filter(({ at }) => at > now - WINDOW_MS && at <= now);
  const first = recent[0];
  const last = recent.at(-1);
  if (!first || !last || last.at - first.at < MINUTES_MIN * 60_000) return null;
  // Least squares: one noisy reading must not turn the arrow.
  const minutes = recent.map(({ at }) => (at - first.at) / 60_000);
  const middle = minutes.reduce((sum, one) => sum + one, 0) / recent.length;
  const level = recent.reduce((sum, { value }) => sum + value, 0) / recent.length;
  const rise = recent.reduce(
    (sum, { value }, place) => sum + ((minutes[place] ?? 0) - middle) * (value - level),
    0,
  );
  const run = minutes.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  return run > 0 ? rise / run : null;
}

export function heading(perMinute: number | null): Heading | null {
  if (perMinute === null) return null;
  // "steady" is slower than 1 either way: a rise of 1 rises, a fall of 1 falls.
  const found = HEADINGS.find(([least]) => (least > 0 ? perMinute >= least : perMinute > least));
  return found?.[1] ?? null;
}
