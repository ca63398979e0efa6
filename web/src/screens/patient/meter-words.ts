// What a meter said beside its number, in words: by the names of the profile's fields.

import type { MeterRecord, SaidBeside } from "../../words";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "before meal, dinner, carbohydrates 60 g, long insulin, dose 0.06 mL"; words speak for themselves. */
export function besideInWords(beside: readonly SaidBeside[]): string {
  return beside.map(inWords).join(", ");
}

function inWords({ name, value, unit, is_missing }: SaidBeside): string {
  const called = name === "hba1c" ? "HbA1c" : plain(name);
  if (is_missing) return `${called} not known (${plain(value)})`;
  if (NAMED.has(name)) return `${called}: ${plain(value)}`;
  if (!/^-?[\d.]/.test(value)) return plain(value);
  return unit ? `${called} ${value} ${unit}` : `${called} ${value}`;
}

/** Words that say nothing without the name of what they are about. */
const NAMED = new Set(["sample", "place", "tester", "health", "status"]);

function plain(word: string): string {
  return word.replaceAll("_", " ");
}

/** "said 2026-03-01 07:02, 3 h fast"; and which of two it is taken for in the hour that clocks show twice. */
export function clockInWords({ clock, ahead_seconds: ahead, twice }: Clock): string {
  const hour = twice ? ` (that hour came twice: taken for the ${twice})` : "";
  const said = `said ${clock.slice(0, 16).replace("T", " ")}${hour}`;
  if (ahead === null) return `${said}, could not be compared`;
  if (ahead === 0) return `${said}, right`;
  return `${said}, ${lasting(Math.abs(ahead))} ${ahead > 0 ? "fast" : "slow"}`;
}

type Clock = Pick<MeterRecord, "clock" | "ahead_seconds" | "twice">;

function lasting(seconds: number): string {
  const rounded = Math.round(seconds / MINUTE) * MINUTE;
  const [days, hours] = [Math.floor(rounded / DAY), Math.floor((rounded % DAY) / HOUR)];
  const minutes = (rounded % HOUR) / MINUTE;
  const parts = [days && `${days} d`, hours && `${hours} h`, !days && minutes && `${minutes} min`];
  return parts.filter(Boolean).join(" ");
}
