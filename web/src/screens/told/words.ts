// The plain words of being told, each fact once. Pure.

import { clockTime } from "../../freshness";
import type { PersonTold, Priority } from "../../words";

/** How soon, as the patient and their relatives read it. */
export const URGENCY: Record<Priority, string> = {
  high: "Do this now",
  medium: "Do this soon",
  low: "Good to know",
};

export const HEARS: Record<Priority, { name: string; means: string }> = {
  high: { name: "Urgent", means: "something must be done now" },
  medium: { name: "Soon", means: "something must be done soon" },
  low: { name: "Good to know", means: "nothing presses" },
};

/** `urgent news and what must be done soon`: what somebody hears of. */
export function hearsInWords(priorities: readonly Priority[]): string {
  if (priorities.length === 3) return "everything";
  const words = {
    high: "urgent news",
    medium: "what must be done soon",
    low: "what is good to know",
  };
  return new Intl.ListFormat("en", { type: "conjunction" }).format(
    priorities.map((priority) => words[priority]),
  );
}

export type Receipt = { text: string; tone: "fine" | "watch" | "act" };

/** How far the news came to one person, in a sentence. */
export function receiptOf(person: PersonTold, isOver: boolean, now: number): Receipt {
  const at = (moment: number) => clockTime(moment, now);
  if (person.audience === "carer") return teamOf(person, now);
  if (person.seen !== null) return { tone: "fine", text: `seen ${at(person.seen)}` };
  if (person.arrived !== null) {
    return {
      tone: "watch",
      text: `arrived ${at(person.arrived)}, not seen${isOver ? "" : " yet"}`,
    };
  }
  if (person.sent !== null) {
    return { tone: "watch", text: `sent ${at(person.sent)}, nobody knows if it arrived` };
  }
  if (person.is_waiting && !isOver) return { tone: "watch", text: "being sent" };
  if (person.has_failed) return { tone: "act", text: "could not be sent" };
  return { tone: "act", text: `not seen${isOver ? "" : " yet"}, and no phone or mail is set up` };
}

function teamOf({ called, seen, answered }: PersonTold, now: number): Receipt {
  if (answered !== null) return { tone: "fine", text: `answered ${clockTime(answered, now)}` };
  if (seen !== null) return { tone: "watch", text: `seen ${clockTime(seen, now)}` };
  return { tone: "watch", text: `called ${clockTime(called, now)}` };
}

/** `22:00 to 07:00`, and where that is. */
export function hoursInWords(quiet: { starts: string | null; ends: string | null }): string | null {
  return quiet.starts === null || quiet.ends === null ? null : `${quiet.starts} to ${quiet.ends}`;
}

/** `Europe/Berlin` as people say it: `Berlin`. */
export const placeOf = (zone: string): string =>
  (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

export const firstName = (name: string): string => name.split(" ")[0] ?? name;
