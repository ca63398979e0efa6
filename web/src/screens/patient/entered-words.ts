// What people entered, in words. Pure.

import { ACVPU, unitInWords } from "../../units";
import type { Absent, Observation } from "../../words";

type Value = Observation["values"][number];

export const REASONS: Record<Absent, string> = {
  refused: "Refused",
  asleep: "Asleep",
  off_ward: "Off the ward",
  device: "No device",
};

const NAMES = new Map(
  Object.entries({
    respiratory_rate: "Resp",
    oxygen_saturation: "SpO₂",
    on_oxygen: "Breathing",
    oxygen_flow: "O₂ flow",
    systolic: "Systolic",
    diastolic: "Diastolic",
    pulse: "Pulse",
    consciousness: "Consciousness",
    temperature: "Temp",
    capillary_refill: "Capillary refill",
    respiratory_effort: "Effort of breathing",
  }),
);

export const nameOf = (vital: string): string => NAMES.get(vital) ?? vital;

/** What was said of one vital: `97 %`, `New confusion`, `oxygen`, `not possible: asleep`. */
export function saidOf({ vital, said, unit, absent }: Value): string {
  if (absent) return `not possible: ${REASONS[absent].toLowerCase()}`;
  if (vital === "consciousness") return ACVPU.find(([letter]) => letter === said)?.[1] ?? "unknown";
  return [said ?? "", unit ? unitInWords(unit) : ""].join(" ").trim();
}

/** An entry in one line, for a title and for those who do not see it. */
export function lineOf(entry: Observation, time: string): string {
  const values = entry.values.map((value) => `${nameOf(value.vital)} ${saidOf(value)}`).join(", ");
  const state =
    entry.corrected_by !== null ? ", corrected" : entry.corrects !== null ? ", a correction" : "";
  return `${time}, ${entry.person}${state}: ${values || "taken back"}`;
}
