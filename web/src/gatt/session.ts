// When a continuous monitor's session began: its records count minutes from then
// (homeward/standards/gatt/session.py). The server works out the times; here it only matters
// whether it is the session that was met before, since another counts anew.

import { named, read, Unreadable, type Values } from "./read";

const RIGHT_WITHIN_MS = 90_000;
const STATUS_WITHIN_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

/** What a monitor said of its session, and when it was asked (ms since 1970). */
export type Told = {
  at: number;
  start: Uint8Array;
  status: Uint8Array;
  run: Uint8Array;
  feature: Uint8Array;
};
/** The characteristics to ask, all of them read: nothing is ever written to one. */
export const ASKED = { feature: 0x2aa8, status: 0x2aa9, start: 0x2aaa, run: 0x2aab } as const;

export type Session = { starts: number | null; isStated: boolean; hasCrc: boolean | null };

/** `offsetMinutes` as Date.getTimezoneOffset has it, for a monitor that does not know its zone. */
export function sessionOf(told: Told, offsetMinutes: number): Session {
  const flags = said("cgm_feature", told.feature)?.get("flags");
  const hasCrc = Array.isArray(flags) ? flags.some((each) => each === "e2e_crc") : null;
  const stated = statedBy(said("cgm_session_start", told.start, hasCrc), offsetMinutes);
  const counted = countedBy(told, hasCrc);
  const near =
    counted === null
      ? stated[0]
      : stated.find((each) => Math.abs(each - counted) <= STATUS_WITHIN_MS);
  return { starts: near ?? counted, isStated: near !== undefined, hasCrc };
}

/** Whether two visits met the same session. */
export function isSame(before: Told, after: Told, offsetMinutes: number): boolean {
  const [first, second] = [sessionOf(before, offsetMinutes), sessionOf(after, offsetMinutes)];
  const both = first.isStated && second.isStated;
  if (both && isEqual(before.start, after.start)) return true; // though in another zone by now
  if (first.starts === null || second.starts === null) return first.starts === second.starts;
  return Math.abs(first.starts - second.starts) <= (both ? RIGHT_WITHIN_MS : STATUS_WITHIN_MS);
}

function statedBy(values: Values | null, offsetMinutes: number): number[] {
  const time = values?.get("time");
  if (typeof time !== "object" || !("isKnown" in time) || !time.isKnown) return [];
  const [zone, summer] = [numberIn(values, "zone"), numberIn(values, "summer")];
  const wall = Date.parse(`${time.text}Z`);
  const local = wall + offsetMinutes * MINUTE_MS;
  if (zone === null) return [local];
  const standard = wall - zone * MINUTE_MS;
  return summer === null ? [standard] : [standard - summer * MINUTE_MS, standard];
}

function countedBy(told: Told, hasCrc: boolean | null): number | null {
  const status = said("cgm_status", told.status, hasCrc);
  const run = numberIn(said("cgm_session_run", told.run, hasCrc), "run");
  const minutes = numberIn(status, "offset");
  const words = status?.get("status");
  if (!minutes || !Array.isArray(words) || words.some((each) => each === "session_stopped"))
    return null;
  return run && minutes >= run * 60 ? null : told.at - minutes * MINUTE_MS;
}

function numberIn(values: Values | null, name: string): number | null {
  const value = values?.get(name);
  return typeof value === "string" ? Number(value) : null;
}

/** What it says; null where it cannot be read, since there are other ways to know. */
function said(name: string, octets: Uint8Array, crc: boolean | null = null): Values | null {
  const characteristic = named(name);
  if (!characteristic || !octets.length) return null;
  try {
    return read(characteristic, octets, crc ?? undefined)[0]?.values ?? null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, place) => octet === other[place]);
}
