// What the sentinel saw, in words. Pure.

import { inWords } from "../../freshness";
import type { Sentinel } from "../../words";
import { seconds } from "./health";

export const HOPS = new Map(
  Object.entries({
    stored: "it is in the record",
    heard: "the alarm is on the screen",
    acknowledged: "it is acknowledged",
    told: "the acknowledgement is on the screen",
    over: "the end is on the screen, after the last well reading",
  }),
);
export const OUTCOMES = {
  well: "arrived",
  late: "arrived, its end did not",
  lost: "lost",
} as const;

const WAYS = new Map(
  Object.entries({
    web_push: "push",
    email: "mail",
    sms: "text message",
    voice: "voice call",
    other: "another channel",
  }),
);

/** Whether alarms arrive, in a sentence. */
export function stateInWords({ state, recent, heard }: Sentinel, now: number): string {
  const last = recent[0];
  if (state === "silent")
    return `Silent for ${inWords(now - (heard ?? now))}: nobody outside sees whether alarms arrive.`;
  if (state === "lost") return "The last pretend alarm did not arrive.";
  if (state === "late") return "The last pretend alarm arrived, and its end did not.";
  const took = last?.hops.heard;
  const path = took === undefined ? "" : ` The last took ${seconds(took)}.`;
  return `Alarms arrive.${path}`;
}

/** By what it calls people when they do not. */
export function callsInWords(calls: readonly string[] | null): string {
  if (calls === null) return "It does not say whom it calls: it is of an older version.";
  if (calls.length === 0) return "It has nobody to call.";
  return `It calls by ${calls.map((way) => WAYS.get(way) ?? way).join(" and ")}.`;
}

/** What is wrong with it, for the verdict on top; nothing where none was ever set up. */
export function sentinelFaults(seen: Sentinel | undefined, now: number): string[] {
  if (!seen || seen.state === "none") return [];
  const faults: string[] = [];
  if (seen.state !== "well") faults.push(`Sentinel: ${stateInWords(seen, now)}`);
  if (seen.calls?.length === 0) faults.push("The sentinel has nobody to call.");
  return faults;
}
