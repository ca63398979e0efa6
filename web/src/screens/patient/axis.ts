/** The one time axis every panel of a chart shares. All times are milliseconds since 1970 UTC. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

/** What is on screen. While `isLive`, `end` is the moment and moves; `start` follows at `span`. */
export type Window = { start: number; end: number; isLive: boolean };

export type Extent = { first: number | null; last: number | null };

/** The span buttons, in the order of the keys 1 to 9. `ms` null is the whole record. */
export const SPANS = [
  { key: "1", label: "1 min", name: "1 minute", ms: MINUTE },
  { key: "2", label: "10 min", name: "10 minutes", ms: 10 * MINUTE },
  { key: "3", label: "1 h", name: "1 hour", ms: HOUR },
  { key: "4", label: "6 h", name: "6 hours", ms: 6 * HOUR },
  { key: "5", label: "24 h", name: "24 hours", ms: DAY },
  { key: "6", label: "7 d", name: "7 days", ms: 7 * DAY },
  { key: "7", label: "30 d", name: "30 days", ms: 30 * DAY },
  { key: "8", label: "1 y", name: "1 year", ms: YEAR },
  { key: "9", label: "All", name: "the whole record", ms: null },
] as const;

export type Span = (typeof SPANS)[number];

// Closer than this there is nothing to see: a heart beats once a second.
export const SPAN_MS_MIN = SECOND;
export const SPAN_MS_MAX = 100 * YEAR;

/** A window of this span that ends now and follows the clock; "all" begins with the record. */
export function liveWindow(span: Span, now: number, extent: Extent): Window {
  if (span.ms !== null) return { start: now - span.ms, end: now, isLive: true };
  const first = extent.first ?? now - DAY;
  return { start: Math.min(first, now - MINUTE), end: now, isLive: true };
}

/** Where a live window stands at `now`; the whole record only grows, any other moves. */
export function follow(window: Window, now: number, keepsStart: boolean): Window {
  if (!window.isLive || now <= window.end) return window;
  const moved = now - window.end;
  return { start: keepsStart ? window.start : window.start + moved, end: now, isLive: true };
}

/** A window dragged open by hand: no longer live, ordered, never shorter than the least span. */
export function zoom(from: number, to: number): Window {
  const [low, high] = from < to ? [from, to] : [to, from];
  const lacking = Math.max(0, SPAN_MS_MIN - (high - low)) / 2;
  return { start: low - lacking, end: high + lacking, isLive: false };
}

/**
 * The window with `factor` times the span, around `at`, which stays where it is on the screen.
 * A live one stays live and ends now; one that comes to reach now becomes live.
 */
export function scaled(window: Window, factor: number, at: number | null, now: number): Window {
  const before = window.end - window.start;
  const span = Math.min(SPAN_MS_MAX, Math.max(SPAN_MS_MIN, before * factor));
  if (window.isLive && at === null) return { start: now - span, end: now, isLive: true };
  const held = at ?? (window.start + window.end) / 2;
  const end = held + (window.end - held) * (span / before);
  if (end >= now) return { start: now - span, end: now, isLive: true };
  return { start: end - span, end, isLive: false };
}

// Time goes on while one looks back: so near to now, one has come back to it.
const NEAR_NOW = 0.1;

/** One third of the span to the past (-1) or the future (1); reaching now makes it live again. */
export function pan(window: Window, direction: -1 | 1, now: number, extent: Extent): Window {
  const span = window.end - window.start;
  const earliest = (extent.first ?? window.start) - span / 3;
  const end = window.end + (direction * span) / 3;
  if (end >= now - span * NEAR_NOW) return { start: now - span, end: now, isLive: true };
  const start = Math.max(end - span, Math.min(earliest, window.start));
  return { start, end: start + span, isLive: false };
}

const NEAR_WHOLE = 0.01;

/** The span button a window stands for, if it is live and any fits. */
export function spanOf(window: Window, extent: Extent): Span | undefined {
  if (!window.isLive) return undefined;
  const span = window.end - window.start;
  const timed = SPANS.find((one) => one.ms !== null && Math.abs(one.ms - span) < SECOND);
  if (timed) return timed;
  // Zoomed out further, it is a window of its own: its buckets are wider than those of the record.
  const before = extent.first === null ? Number.NaN : extent.first - window.start;
  const isWhole = before >= 0 && before <= span * NEAR_WHOLE;
  return isWhole ? SPANS[SPANS.length - 1] : undefined;
}

/** How often a live chart of this span asks again: twice a bucket, 5 s to 5 min. */
export function refreshMs(spanMs: number, points: number): number {
  const bucket = spanMs / Math.max(1, points);
  return Math.min(5 * MINUTE, Math.max(5 * SECOND, bucket * 2));
}

const STEPS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
/** Where days are too many: months, and years of them. */
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
const MONTH = YEAR / 12;

/** Round clock times, at most `most` of them, in the reader's own zone. */
export function ticks(start: number, end: number, most: number): number[] {
  const step = STEPS.find((one) => (end - start) / one <= most);
  if (step === undefined) return monthTicks(start, end, most);
  const zone = -new Date(start).getTimezoneOffset() * MINUTE;
  const shift = step >= HOUR ? zone : 0;
  const found = [];
  for (let at = Math.ceil((start + shift) / step) * step - shift; at <= end; at += step) {
    found.push(at);
  }
  return found;
}

/** First days of months, as the calendar has them. */
function monthTicks(start: number, end: number, most: number): number[] {
  const months = MONTHS.find((one) => (end - start) / (one * MONTH) <= most) ?? 240;
  const first = new Date(start);
  const begin = first.getFullYear() * 12 + first.getMonth();
  const found = [];
  for (let month = Math.ceil(begin / months) * months; ; month += months) {
    const at = new Date(Math.floor(month / 12), month % 12).getTime();
    if (at > end) return found;
    if (at >= start) found.push(at);
  }
}

/** Where a time falls between start and end: 0 to 1, beyond when outside. */
export function placeOf(at: number, start: number, end: number): number {
  return (at - start) / (end - start);
}

/** `count` equally spaced times of the window, the last its end. */
export function timesOf(start: number, end: number, count: number): number[] {
  const width = (end - start) / count;
  return Array.from({ length: count }, (_, index) => end - (count - 1 - index) * width);
}
