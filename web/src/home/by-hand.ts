// What is entered by hand: which numbers, in which units, what cannot be and what is worth a
// question. Pure. The limits are the server's (tests/api/test_own_meters.py holds them to it).

import { MG_DL_OF_MMOL_L } from "../glucose-unit";
import type { Entry } from "./outbox";
import vitals from "./vitals.json";

export type Vital = keyof typeof vitals;
export type Thing = {
  name: "pressure" | "glucose" | "weight" | "temperature" | "oxygen" | "pulse";
  vitals: readonly Vital[];
  /** Of these the last may be left out. */
  isLastOptional?: boolean;
};
export const THINGS: readonly Thing[] = [
  { name: "pressure", vitals: ["systolic", "diastolic", "pulse"], isLastOptional: true },
  { name: "glucose", vitals: ["glucose"] },
  { name: "weight", vitals: ["weight"] },
  { name: "temperature", vitals: ["temperature"] },
  { name: "oxygen", vitals: ["oxygen_saturation", "pulse"], isLastOptional: true },
  { name: "pulse", vitals: ["pulse"] },
];

/** UCUM, as it is written for people, and how a number of it becomes one of the vital's own unit. */
export type Unit = { ucum: string; written: string; own: (value: number) => number };
const same = (value: number) => value;
const unit = (ucum: string, written: string, own = same): Unit => ({ ucum, written, own });
export const UNITS: Record<Vital, readonly [Unit, ...Unit[]]> = {
  systolic: [unit("mm[Hg]", "mmHg")],
  diastolic: [unit("mm[Hg]", "mmHg")],
  pulse: [unit("/min", "/min")],
  glucose: [unit("mg/dL", "mg/dL"), unit("mmol/L", "mmol/L", (value) => value * MG_DL_OF_MMOL_L)],
  weight: [unit("kg", "kg"), unit("[lb_av]", "lb", (value) => value * 0.45359237)],
  temperature: [unit("Cel", "°C"), unit("[degF]", "°F", (value) => (value - 32) / 1.8)],
  oxygen_saturation: [unit("%", "%")],
};

const EASTERN = "٠١٢٣٤٥٦٧٨٩";

/**
 * A number as people write it, with a point or a comma; null where it is none. An Arabic keyboard
 * writes digits and a separator of its own: U+0660 to U+0669, U+066B.
 */
export function number(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(EASTERN.indexOf(digit)))
    .replace(/[,٫]/, ".");
  return /^\d{1,4}(\.\d{0,3})?$/.test(plain) ? Number(plain) : null;
}

export type Said = { vital: Vital; text: string; unit: Unit };
export type Checked = {
  values: Entry["values"];
  /** Cannot be: of this vital there is no such value. */
  wrong: Vital[];
  /** Can be and is rare: worth a second look. */
  rare: Vital[];
  isCrossed: boolean;
};

export function checked(thing: Thing, said: readonly Said[]): Checked {
  const found: Checked = { values: [], wrong: [], rare: [], isCrossed: false };
  const own = new Map<Vital, number>();
  for (const { vital, text, unit } of said) {
    const isOptional = thing.isLastOptional && vital === thing.vitals.at(-1);
    if (isOptional && !text.trim()) continue;
    const value = number(text);
    const [low, high] = vitals[vital].possible as [number, number];
    const meant = value === null ? Number.NaN : unit.own(value);
    if (value === null || !(meant >= low && meant <= high)) {
      found.wrong.push(vital);
      continue;
    }
    const [least, most] = vitals[vital].expected as [number, number];
    if (meant < least || meant > most) found.rare.push(vital);
    own.set(vital, meant);
    found.values.push({ vital, value, unit: unit.ucum });
  }
  const [systolic, diastolic] = [own.get("systolic"), own.get("diastolic")];
  found.isCrossed = systolic !== undefined && diastolic !== undefined && systolic <= diastolic;
  return found;
}
