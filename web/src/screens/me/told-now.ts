// The alerts of a patient: as the page asked for them, and at once as the socket tells them. Pure.

import type { Alarm, TodayAlarm } from "../../words";

const worstFirst = ["high", "medium", "low"];

/** What the socket said is newer than what the page asked for. */
export function toldNow(asked: readonly TodayAlarm[], live: readonly Alarm[]): TodayAlarm[] {
  const alerts = new Map(asked.map((alarm) => [alarm.id, alarm]));
  for (const { id, patient_text, priority, state, raised, rung } of live) {
    const what_to_do = alerts.get(id)?.what_to_do ?? {}; // the socket says none of it
    if (patient_text)
      alerts.set(id, { id, text: patient_text, priority, state, raised, rung, what_to_do });
    else alerts.delete(id);
  }
  return [...alerts.values()]
    .filter(({ state }) => state !== "resolved")
    .sort(
      (a, b) =>
        worstFirst.indexOf(a.priority) - worstFirst.indexOf(b.priority) || a.raised - b.raised,
    );
}
