// How often somebody is observed, and by whose word. Pure.

import { clockTime } from "../../freshness";
import type { BedRound, Order } from "../../words";
import { every } from "./entry";

type Of = Pick<
  BedRound,
  "interval_seconds" | "is_ordered" | "order" | "score" | "asked_seconds" | "asked_by"
>;

/** `every 6 h by NEWS2 3`, `every 1 h, ordered by Dr Weiss until 18:00`. */
export function howOften(bed: Of, now: number): string {
  if (bed.interval_seconds === null) return "";
  const often = `every ${every(bed.interval_seconds)}`;
  if (bed.is_ordered && bed.order) return `${often}, ${orderedBy(bed.order, now)}`;
  return `${byScore(bed)}${bed.order ? ", more than was ordered" : ""}`;
}

/** What the score asks for, whatever was ordered. */
export function byScore({ asked_seconds, asked_by, score }: Of): string {
  const often = `every ${every(asked_seconds ?? 0)}`;
  if (!asked_by) return `a first set within ${every(asked_seconds ?? 0)}`;
  if (score?.interval_seconds === 0) return `continuous by ${asked_by}; by hand ${often}`;
  return `${often} by ${asked_by}`;
}

export function orderedBy({ person, until }: Order, now: number): string {
  return `ordered by ${person} until ${clockTime(until, now)}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** What can be ordered, in seconds: between the server's bounds of 15 minutes and a day. */
export const INTERVALS = [
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  8 * HOUR,
  12 * HOUR,
  24 * HOUR,
] as const;

/** For how long, in hours, up to the longest an order may last. */
export function lastings(longest_seconds: number): number[] {
  return [1, 2, 4, 8, 12, 24, 48, 72, 168].filter((hours) => hours * HOUR <= longest_seconds);
}

export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
