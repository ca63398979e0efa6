// A plan while it is changed: what is typed, what is wrong with it, and what is saved.

import type { NewPlan, Plan } from "../../plan-api";

type Kind = "measure" | "medicine" | "questionnaire" | "task";
export type Line = {
  key: string;
  kind: Kind;
  label: string;
  at: string[];
  weekdays: number[];
  vitals: string[];
  reference: string;
  before_minutes: number;
  after_minutes: number;
};
export type Draft = {
  language: string;
  carerAfter: number | null;
  first: number | null;
  lines: Line[];
};

export const LINES_MAX = 30;
export const TIMES_MAX = 12;
export const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
export const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "de", label: "German" },
  { value: "es", label: "Spanish" },
  { value: "ar", label: "Arabic" },
];
/** What people measure at home, by the name of its first vital. */
export const MEASURED = [
  { label: "Blood pressure", vitals: ["systolic", "diastolic"] },
  { label: "Weight", vitals: ["weight"] },
  { label: "Glucose", vitals: ["glucose"] },
  { label: "Oxygen saturation", vitals: ["oxygen_saturation"] },
  { label: "Temperature", vitals: ["temperature"] },
  { label: "Pulse", vitals: ["pulse"] },
];
const HOURS = [1, 2, 4, 8, 12, 24, 48];

export const draftOf = (plan: Plan): Draft => ({
  language: plan.language,
  carerAfter: plan.carer_after_minutes,
  first: plan.first_rota?.id ?? null,
  lines: plan.items.map(({ expected: _, done: __, rested: ___, ...line }) => ({ ...line })),
});

/** A line of its own, with a key that no other has. */
export function newLine(lines: readonly Line[], kind: Kind): Line {
  const keys = new Set(lines.map(({ key }) => key));
  let number = lines.length + 1;
  while (keys.has(`line_${number}`)) number += 1;
  const measured = MEASURED[0];
  return {
    key: `line_${number}`,
    kind,
    label: kind === "measure" && measured ? measured.label : "",
    at: ["08:00"],
    weekdays: EVERY_DAY,
    vitals: kind === "measure" && measured ? measured.vitals : [],
    reference: "",
    before_minutes: 120,
    after_minutes: 180,
  };
}

/** What is wrong, by the key of its line; "" is of the whole plan. */
export function faults({ lines }: Draft): Map<string, string> {
  const found = new Map<string, string>();
  if (lines.length === 0) found.set("", "A plan has one line at least. To stop it, end it.");
  for (const { key, kind, label, at, weekdays, reference } of lines) {
    if (kind === "questionnaire" && reference === "") found.set(key, "Say which questions.");
    else if (label.trim() === "") found.set(key, "Say what is to be done.");
    else if (at.some((time) => time === "")) found.set(key, "Say at which time.");
    else if (new Set(at).size < at.length) found.set(key, "Say each time once.");
    else if (weekdays.length === 0) found.set(key, "Say on which days.");
  }
  return found;
}

/** As it is saved: times and days in their order. */
export const saidOf = (condition: string, draft: Draft, instead_of: number | null): NewPlan => ({
  condition,
  language: draft.language as "en",
  carer_after_minutes: draft.carerAfter,
  first_rota: draft.first,
  instead_of,
  items: draft.lines.map((line) => ({
    ...line,
    label: line.label.trim(),
    at: [...line.at].sort(),
    weekdays: [...line.weekdays].sort(),
  })),
});

/** After how long a carer may be told, with what is set already. */
export function waits(set: number | null): { value: string; label: string }[] {
  const minutes = new Set(HOURS.map((hours) => hours * 60));
  if (set !== null) minutes.add(set);
  return [
    ...[...minutes]
      .sort((one, other) => one - other)
      .map((each) => ({ value: String(each), label: inWords(each) })),
    { value: "", label: "never" },
  ];
}

export function inWords(minutes: number): string {
  if (minutes === 0) return "at once";
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `after ${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** "every day", "Mon, Thu". */
export const daysInWords = (weekdays: readonly number[]): string =>
  weekdays.length === 7
    ? "every day"
    : [...weekdays]
        .sort()
        .map((day) => DAYS[day])
        .join(", ");
