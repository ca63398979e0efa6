// Where a reading came from, in words.

import { cloudName } from "../../clouds";
import type { SourcedReading, VitalSource } from "../../words";

/** "cuff-3 (blood pressure)", "annas-scale (cloud: Withings)", "Watch (file: Apple Health)". */
export function sourceInWords({ name, kind, through }: VitalSource): string {
  if (kind === "by hand") return "by hand";
  const cloud = cloudName(through);
  const what = cloud ? `cloud: ${cloud}` : through ? `file: ${through}` : kind;
  return `${name || "a device"} (${what})`;
}

/** What is to be known of one reading besides its value; empty: nothing. */
export function besideReading({ is_late, counts }: SourcedReading): string {
  return [is_late && "came late", counts === false && "not in reports"].filter(Boolean).join(", ");
}

/** What reports make of several sources of one vital. */
export function policyInWords(sources: readonly VitalSource[]): string {
  if (sources.some(({ set_aside }) => set_aside === null)) {
    return "The curve draws all of them, and alarms are judged by all.";
  }
  const aside = sources.reduce((sum, { set_aside }) => sum + (set_aside ?? 0), 0);
  const all = "The curve draws all of them, and alarms are judged by all.";
  if (aside === 0) return `${all} In reports all count: no two sources measured together.`;
  return (
    `${all} Reports leave out ${aside}: a better source measured within the same minute ` +
    "(a medical device before what is worn, that before a phone, that before what was entered)."
  );
}
