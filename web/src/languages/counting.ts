// Counts, days and times in the language spoken now: what no page needs at first.

import { CLOCK } from "../freshness";
import type { Counted, Value } from "./language";
import { fill, format, written } from "./speaking";

/** "{count} left" by how this language counts. */
export function count(told: Counted, number: number, values: Record<string, Value> = {}): string {
  const rules = format("plural", (locale) => new Intl.PluralRules(locale));
  return fill(told[rules.select(number)] ?? told.other, { count: written(number), ...values });
}

const dated = (key: string, wish: Intl.DateTimeFormatOptions, at: number): string =>
  format(key, (locale) => new Intl.DateTimeFormat(locale, wish)).format(at);

export const timeOf = (at: number): string => dated("time", CLOCK, at);
export const dayOf = (at: number): string => dated("day", { dateStyle: "long" }, at);
export const weekdayOf = (at: number): string =>
  dated("weekday", { weekday: "long", day: "numeric", month: "long" }, at);

// 1 January 2024 was a Monday.
/** 0 is Monday. */
export const weekdayName = (day: number): string =>
  dated("short day", { weekday: "short", timeZone: "UTC" }, Date.UTC(2024, 0, 1 + day));

/** Time of day, with the date when it is not today's. */
export function clockTime(at: number, now: number): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return timeOf(at);
  return `${dated("date", { day: "numeric", month: "short" }, at)} ${timeOf(at)}`;
}

/** A moment by the clock of a place. */
export const momentOf = (at: number, timeZone: string): string =>
  dated(
    `moment ${timeZone}`,
    { ...CLOCK, day: "numeric", month: "short", year: "numeric", timeZone },
    at,
  );
