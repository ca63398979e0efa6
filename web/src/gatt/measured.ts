// What a packet means: readings of a patient, and what is missing and why
// (homeward/standards/gatt/measured.py).

import { isAbsent } from "./number";
import { type Characteristic, type LocalTime, read, type Value, type Values } from "./read";

export type Quantity = { vital: string; digits: string; unit: string };
export type Measured = {
  values: Values;
  quantities: Quantity[];
  /** Of each vital sign without a value: why. */
  missing: Map<string, string>;
  /** What its own clock said, without a zone; null where it does not know. */
  said: string | null;
};

export function measured(
  characteristic: Characteristic,
  octets: Uint8Array,
  crc?: boolean,
): Measured[] {
  return read(characteristic, octets, crc).map(({ values, units }) => {
    const against = whatSpeaksAgainst(characteristic, values);
    const quantities = new Map<string, Quantity>();
    const missing = new Map<string, string>();
    for (const { name, vital } of characteristic.fields ?? []) {
      const value = values.get(name);
      if (!vital || value === undefined) continue;
      if (against || isAbsent(value))
        missing.set(vital, against || (isAbsent(value) ? value.absent : ""));
      else if (typeof value === "string")
        quantities.set(vital, { vital, digits: value, unit: units.get(name) ?? "" });
    }
    return { values, quantities: [...quantities.values()], missing, said: saidBy(values) };
  });
}

function whatSpeaksAgainst({ withholds = [] }: Characteristic, values: Values): string {
  const said = [...values.values()].flat();
  return withholds.find((name) => said.includes(name)) ?? "";
}

function saidBy(values: Values): string | null {
  const time = values.get("time") ?? values.get("base_time");
  const offset = values.has("base_time") ? values.get("offset") : undefined;
  const words = [values.get("flags"), values.get("status")].flat();
  if (!isTime(time) || !time.isKnown || isAbsent(offset)) return null;
  if (words.includes("clock_not_set") || words.includes("time_fault")) return null;
  if (typeof offset !== "string") return time.text;
  const moment = Date.parse(`${time.text}Z`) + Number(offset) * 60_000;
  return new Date(moment).toISOString().slice(0, 19);
}

function isTime(value: Value | undefined): value is LocalTime {
  return typeof value === "object" && "isKnown" in value;
}
