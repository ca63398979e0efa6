// What was seen of one vital last: now, on a device; or before, by whomever. Pure.

import { age } from "../../freshness";
import { BY_HAND, type LivePatient } from "../../live-patient";
import type { LastValue, ToEnter } from "../../words";

/** `isNow`: a device shows it at this moment, so that it can be looked at and confirmed. */
export type Seen = { text: string; device: string | null; ageMs: number; isNow: boolean };

/** A pulse is read from the heart where no finger is measured. */
const ALSO = new Map(Object.entries({ pulse: "heart_rate" }));

export function seenOf(
  info: Pick<ToEnter, "vital" | "decimals" | "stale_seconds">,
  last: readonly LastValue[],
  live: LivePatient,
  now: number,
): Seen | null {
  const names = [info.vital, ALSO.get(info.vital)].filter((name) => name !== undefined);
  const found = names.flatMap((name) => {
    const known = last.find(({ vital }) => vital === name);
    const told = Object.hasOwn(live.vitals, name) ? live.vitals[name] : undefined;
    const device = known?.device ?? null;
    const every = [];
    const source = told?.byHand ? BY_HAND : device;
    if (told) every.push({ value: told.value, device: source, ageMs: age(told, now) });
    if (known) every.push({ value: known.value, device, ageMs: Math.max(0, now - known.at) });
    return every;
  });
  const newest = found.sort((one, other) => one.ageMs - other.ageMs)[0];
  if (!newest) return null;
  const { value, device, ageMs } = newest;
  const isNow = device !== BY_HAND && ageMs <= info.stale_seconds * 1000;
  return { text: value.toFixed(info.decimals), device, ageMs, isNow };
}
