// A value's age, and when it is too old to show. Pure.

import type { VitalInfo } from "./words";

export type Aged = { at: number; received: number; byHand?: boolean };

/**
 * Milliseconds since the value was measured.
 *
 * The older of the device's time and ours: a device whose clock runs ahead must not keep its
 * last value fresh for as long as its clock is wrong.
 */
export function age(value: Aged, now: number): number {
  return Math.max(0, now - Math.min(value.at, value.received));
}

type Ages = Pick<VitalInfo, "stale_seconds" | "entered_seconds">;

/**
 * Whether a value is too old to be shown: a monitor's after seconds, an entered one, which always
 * says that it is one and how old, once no score counts it any more.
 */
export function isStale(value: Aged, info: Ages, now: number): boolean {
  const seconds = value.byHand ? info.entered_seconds : info.stale_seconds;
  return age(value, now) > seconds * 1000;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in the fewest words: `now`, `12 s`, `7 min`, `3 h`, `2 d`. */
export function inWords(ms: number): string {
  if (ms < 3_000) return "now";
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** How old a shown value is: `now`, or `by hand, 12 min`. */
export function ageInWords(value: Aged, now: number): string {
  const words = inWords(age(value, now));
  return value.byHand ? `by hand, ${words}` : words;
}

/** Time left, as a clock face: `1:32`, `0:07`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Clinical time is told by 24 hours everywhere: 7 is never to be taken for 19. */
export const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

// Made once: a formatter is slower to make than a hundred times are to write.
const TIME = new Intl.DateTimeFormat([], CLOCK);
const DATE = new Intl.DateTimeFormat([], { day: "numeric", month: "short" });

/** Time of day, with the date when it is not today's. */
export function clockTime(at: number, now: number): string {
  const time = TIME.format(at);
  if (new Date(at).toDateString() === new Date(now).toDateString()) return time;
  return `${DATE.format(at)} ${time}`;
}
