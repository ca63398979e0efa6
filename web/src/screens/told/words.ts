// The plain words of being told, each fact once.

import { clockTime } from "../../languages/counting";
import { fill, listed, words } from "../../languages/speaking";
import type { PersonTold, Priority } from "../../words";

/** How soon, as the patient and their relatives read it. */
export const urgency = (priority: Priority): string => words("today")[priority];

export const hearsOf = (priority: Priority): { name: string; means: string } => {
  const say = words("told");
  return { name: say[priority], means: say[`${priority}Means`] };
};

/** `urgent news and what must be done soon`: what somebody hears of. */
export function hearsInWords(priorities: readonly Priority[]): string {
  const say = words("hears");
  if (priorities.length === 3) return say.everything;
  return listed(priorities.map((priority) => say[priority]));
}

export type Receipt = { text: string; tone: "fine" | "watch" | "act" };

/** How far the news came to one person, in a sentence. */
export function receiptOf(person: PersonTold, isOver: boolean, now: number): Receipt {
  const say = words("told");
  const when = (text: string, moment: number) => fill(text, { at: clockTime(moment, now) });
  if (person.audience === "carer") return teamOf(person, now);
  if (person.seen !== null) return { tone: "fine", text: when(say.seen, person.seen) };
  if (person.arrived !== null) {
    const text = when(isOver ? say.arrived : say.arrivedYet, person.arrived);
    return { tone: "watch", text };
  }
  if (person.sent !== null) return { tone: "watch", text: when(say.sent, person.sent) };
  if (person.is_waiting && !isOver) return { tone: "watch", text: say.sending };
  if (person.has_failed) return { tone: "act", text: say.failed };
  return { tone: "act", text: isOver ? say.noWay : say.noWayYet };
}

function teamOf({ called, seen, answered }: PersonTold, now: number): Receipt {
  const say = words("told");
  const when = (text: string, moment: number) => fill(text, { at: clockTime(moment, now) });
  if (answered !== null) return { tone: "fine", text: when(say.answered, answered) };
  if (seen !== null) return { tone: "watch", text: when(say.seen, seen) };
  return { tone: "watch", text: when(say.called, called) };
}

/** `22:00 to 07:00`, and where that is. */
export function hoursInWords(quiet: { starts: string | null; ends: string | null }): string | null {
  const { starts, ends } = quiet;
  return starts === null || ends === null ? null : fill(words("told").hours, { starts, ends });
}

/** `Europe/Berlin` as people say it: `Berlin`. */
export const placeOf = (zone: string): string =>
  (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

export const firstName = (name: string): string => name.split(" ")[0] ?? name;
