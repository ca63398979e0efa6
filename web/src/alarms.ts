// Alarms on screens: which comes first, which still needs somebody, what to call them. Pure.

import type { Alarm, Call, Priority } from "./words";

export const PRIORITIES = ["high", "medium", "low"] as const satisfies readonly Priority[];

/** IEC 60601-1-8's marks: urgency never hangs on colour alone. */
export const MARKS: Record<Priority, string> = { high: "!!!", medium: "!!", low: "!" };

/** It sounds. A latched one is over, but was never answered. */
export function isSounding(alarm: Alarm): boolean {
  return alarm.state === "active" || alarm.state === "latched";
}

/** Nobody has answered: an audio pause is no answer. */
export function needsAnswer(alarm: Alarm): boolean {
  return isSounding(alarm) || alarm.state === "audio-paused";
}

const rank = (alarm: Alarm): number =>
  (needsAnswer(alarm) ? 0 : 10) +
  PRIORITIES.indexOf(alarm.priority) * 2 +
  (alarm.kind === "technical" ? 1 : 0);

/** The one to answer first, first. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return rank(a) - rank(b) || a.raised - b.raised;
}

export function mostUrgent(alarms: readonly Alarm[]): Priority | null {
  return PRIORITIES.find((one) => alarms.some((a) => isSounding(a) && a.priority === one)) ?? null;
}

export function countByPriority(alarms: readonly Alarm[]): Record<Priority, number> {
  const count = (priority: Priority) =>
    alarms.filter((alarm) => alarm.priority === priority && needsAnswer(alarm)).length;
  return { high: count("high"), medium: count("medium"), low: count("low") };
}

/**
 * Alarms without those that share an open cause: a lost gateway is one alarm, not forty. What is
 * below a cause neither rings nor is counted, and does both again once its cause is over.
 */
export function withoutParts(alarms: readonly Alarm[]): Alarm[] {
  const open = new Set(alarms.map(({ id }) => id));
  return alarms.filter(({ cause_id }) => cause_id === null || !open.has(cause_id));
}

export type Group = { alarm: Alarm; parts: Alarm[] };

/** Each alarm with those below it, in their order. */
export function grouped(alarms: readonly Alarm[]): Group[] {
  const groups = new Map(
    withoutParts(alarms).map((alarm) => [alarm.id, { alarm, parts: [] } as Group]),
  );
  for (const alarm of alarms) {
    if (alarm.cause_id !== null) groups.get(alarm.cause_id)?.parts.push(alarm);
  }
  return [...groups.values()];
}

/** The carer being called for an alarm now: of several oneself, else by the newest call. */
export function callFor(alarm: Alarm, calls: readonly Call[], me?: number): Call | null {
  const open = calls.filter(
    (call) => call.alarm_id === alarm.id && call.audience === "carer" && call.ended === null,
  );
  const mine = (call: Call) => Number(call.person_id === me);
  return open.sort((a, b) => mine(b) - mine(a) || b.created - a.created)[0] ?? null;
}

/**
 * Why an answer was not taken, and how the alarm stands `now` (undefined: it is not heard). An
 * alarm that somebody else has taken must not be called open, nor one of which nobody knows.
 */
export function notTaken(words: string, isUnanswered: boolean, now: Alarm | undefined): string {
  const said = `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, "")}.`;
  if (isUnanswered) return `${said} Whether it was taken is not known: press again.`;
  if (!now) return said;
  if (needsAnswer(now)) return `${said} The alarm is still open.`;
  const why = now.acknowledged_reason ? `: ${now.acknowledged_reason}` : "";
  return `${now.acknowledged_by ?? "Somebody"} has answered it${why}.`;
}

export const REASONS = [
  "I am with the patient",
  "Sensor put right",
  "Known to the team",
  "Artefact, patient checked",
  "Expected during treatment",
] as const;
