// A rota's plan as it is written and read: drafts of it, and its words. Pure.

import type { Plan, PlanWish } from "../../words";
import { localOf } from "./calendar";

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const DAY_MS = 86_400_000;

export type DraftShift = {
  key: number;
  name: string;
  starts: string;
  ends: string;
  weekdays: number[];
  people: number[];
};
/** `turn_hours` 0: shifts. Both kinds are kept, so that who looks at the other loses nothing. */
export type Draft = {
  turn_hours: number;
  handover: string;
  people: number[];
  shifts: DraftShift[];
};

let keys = 0;
export const newShift = (name: string, starts: string, ends: string): DraftShift => ({
  key: keys++,
  name,
  starts,
  ends,
  weekdays: EVERY_DAY,
  people: [],
});

const usualShifts = (): DraftShift[] => [
  newShift("early", "06:00", "14:00"),
  newShift("late", "14:00", "22:00"),
  newShift("night", "22:00", "06:00"),
];

export function draftOf(plan: Plan | null): Draft {
  const shifts = plan?.shifts.length
    ? plan.shifts.map((shift) => ({ ...shift, key: keys++ }))
    : usualShifts();
  return {
    turn_hours: plan ? plan.turn_hours : 24,
    handover: plan?.handover ?? "07:00",
    people: plan?.people ?? [],
    shifts,
  };
}

/** What is missing, in words; null: it can be saved. */
export function missingOf(draft: Draft): string | null {
  if (draft.turn_hours) {
    if (draft.handover === "") return "Say when they hand over.";
    return draft.people.length ? null : "Choose who takes turns.";
  }
  if (draft.shifts.length === 0) return "Add a shift.";
  for (const { name, starts, ends, weekdays, people } of draft.shifts) {
    const which = name.trim() || "A shift";
    if (!name.trim()) return "Every shift has a name.";
    if (starts === "" || ends === "") return `${which}: say from when to when.`;
    if (weekdays.length === 0) return `${which}: choose its weekdays.`;
    if (people.length === 0) return `${which}: choose who is on it.`;
  }
  return null;
}

/** The plan of a draft, in force from a moment: who is first in the order is on call then. */
export function planOf(draft: Draft, zone: string, from: number): PlanWish {
  const isTurns = draft.turn_hours > 0;
  return {
    zone,
    turn_hours: draft.turn_hours,
    handover: draft.handover || "07:00",
    begins: beganOn(from, draft.handover, zone),
    people: isTurns ? draft.people : [],
    shifts: isTurns
      ? []
      : draft.shifts.map(({ key: _, name, weekdays, ...shift }) => ({
          ...shift,
          name: name.trim(),
          weekdays: [...weekdays].sort((a, b) => a - b),
        })),
  };
}

/** The day whose turn runs at a moment. */
function beganOn(at: number, handover: string, zone: string): string {
  const local = localOf(at, zone);
  if (local.slice(11) >= handover) return local.slice(0, 10);
  const noon = Date.parse(`${local.slice(0, 10)}T12:00Z`);
  return new Date(noon - DAY_MS).toISOString().slice(0, 10);
}

/** `every day`, `Mon to Fri`, `Mon, Wed and Fri`. */
export function weekdaysInWords(weekdays: readonly number[]): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b);
  if (days.length === 7) return "every day";
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const name = (day: number) => DAYS[day] ?? "";
  if (days.length > 2 && last - first === days.length - 1) return `${name(first)} to ${name(last)}`;
  return new Intl.ListFormat("en").format(days.map(name));
}

const TURNS: Record<number, string> = { 12: "every 12 hours", 24: "every day", 168: "every week" };

/** How long a turn is. */
export function turnInWords(hours: number): string {
  const days = hours / 24;
  return TURNS[hours] ?? (Number.isInteger(days) ? `every ${days} days` : `every ${hours} hours`);
}

/** A plan in lines: who takes turns in which order, or each shift. */
export function planInLines(plan: Plan, nameOf: (id: number) => string): string[] {
  const names = (people: readonly number[]) => people.map(nameOf).join(", ");
  if (plan.turn_hours) {
    return [`${capital(turnInWords(plan.turn_hours))} at ${plan.handover}: ${names(plan.people)}`];
  }
  return plan.shifts.map(
    ({ name, starts, ends, weekdays, people }) =>
      `${capital(name)}, ${starts} to ${ends}, ${weekdaysInWords(weekdays)}: ${names(people)}`,
  );
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** One place earlier in an order. */
export function earlier(people: readonly number[], place: number): number[] {
  const next = [...people];
  const [moved] = next.splice(place, 1);
  if (moved !== undefined) next.splice(Math.max(0, place - 1), 0, moved);
  return next;
}
