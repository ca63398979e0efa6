// Who looked at one's own record, in plain words.

import { count, weekdayOf } from "../../languages/counting";
import { among, fill, words } from "../../languages/speaking";
import type { Looked } from "../../words";

const LATER_MS = 60_000;

export const reasonOf = (purpose: string): string => among(words("looked").reasons, purpose);
export const roleInWords = (role: string): string => among(words("looked").roles, role);

export function whoLooked({ person, role }: Pick<Looked, "person" | "role">): string {
  const say = words("looked");
  if (person) return person;
  return role === "operator" ? say.operator : say.nobodySignedIn;
}

/** One line of a patient's own page: what somebody did that day, and what for. */
export function lookedInWords(line: Looked): string {
  const { role, purpose, times, changed, emergency, asked } = line;
  const say = words("looked");
  const did = changed ? say.didAdd : say.did;
  const often = times === 1 ? say.once : times === 2 ? say.twice : count(say.times, times);
  if (asked) return fill(say.asked, { often });
  if (emergency) return fill(say.emergency, { did, often });
  if (role === "relative") return fill(say.chosen, { did, often });
  if (purpose === "TREAT") return fill(say.care, { did, often });
  return fill(say.other, { did, often, reason: reasonOf(purpose) });
}

/** Lines under the day they belong to, newest first. */
export function byDay(lines: readonly Looked[]): { day: string; lines: Looked[] }[] {
  const days = new Map<string, Looked[]>();
  for (const line of lines) days.set(line.day, [...(days.get(line.day) ?? []), line]);
  return [...days].map(([day, of]) => ({ day, lines: of }));
}

/** A day as people say it; `now` in ms. */
export function dayInWords(at: number, now: number): string {
  if (Math.abs(now - at) < LATER_MS || sameDay(at, now)) return words("looked").today;
  if (sameDay(at, now - 24 * 3_600_000)) return words("looked").yesterday;
  return weekdayOf(at);
}

const sameDay = (one: number, other: number) =>
  new Date(one).toDateString() === new Date(other).toDateString();
