// Two marks on a strip, and what lies between them. Pure.

/** Moments in ms, device time. */
export type Calipers = { a: number; b: number };
export type Measured = {
  ms: number;
  /** How often a minute what lies between them would come; null for no time. */
  perMinute: number | null;
  /** From the earlier to the later, in the wave's unit; null where one lies in a gap. */
  difference: number | null;
};

export function measured({ a, b }: Calipers, valueAt: (at: number) => number | null): Measured {
  const ms = Math.abs(b - a);
  const [first, second] = [valueAt(Math.min(a, b)), valueAt(Math.max(a, b))];
  return {
    ms,
    perMinute: ms > 0 ? 60_000 / ms : null,
    difference: first === null || second === null ? null : second - first,
  };
}

/** "1000 ms, 60/min, +1.05 mV" */
export function inWords({ ms, perMinute, difference }: Measured, unit: string): string[] {
  const words = [`${Math.round(ms)} ms`];
  if (perMinute !== null && perMinute < 1_000) words.push(`${Math.round(perMinute)}/min`);
  if (difference === null) words.push("no value in a gap");
  else {
    const digits = unit === "mmHg" ? 0 : 2;
    const shown = difference.toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1");
    words.push(`${difference > 0 && Number(shown) !== 0 ? "+" : ""}${shown} ${unit}`.trim());
  }
  return words;
}

/** Where they are put first: a second apart, in the middle of what is seen. */
export function placed(start: number, end: number): Calipers {
  const middle = (start + end) / 2;
  const half = Math.min(500, (end - start) / 4);
  return { a: middle - half, b: middle + half };
}

/** As they are while they are seen; else as far apart, or nearer, in the middle of what is seen. */
export function within(calipers: Calipers, start: number, end: number): Calipers {
  const { a, b } = calipers;
  if ([a, b].every((at) => at >= start && at <= end)) return calipers;
  const apart = Math.min(Math.abs(b - a), (end - start) * 0.9) * Math.sign(b - a || 1);
  const middle = (start + end) / 2;
  return { a: middle - apart / 2, b: middle + apart / 2 };
}

export const clamped = (at: number, start: number, end: number): number =>
  Math.min(end, Math.max(start, at));
