// Read a packet by its table (tables.json, written by `make docs` from homeward/standards/gatt).
// What is cut short, too long or cannot be is an Unreadable with its reason.

import { crc16 } from "./crc";
import { type Absent, digits, medicalFloat } from "./number";
import tables from "./tables.json";

type Bits = { mask: number; value: number; name: string };
type Unit = { ucum: string; factor: number; exponent: number };
export type Field = {
  name: string;
  kind: string;
  mask: number;
  value: number;
  unit_mask: number;
  units?: Unit[];
  words?: (number | string)[][];
  bits?: Bits[];
  absent?: (number | string)[][];
  vital?: string;
};
export type Characteristic = {
  name: string;
  uuid: number;
  flags?: Field;
  fields?: Field[];
  crc: string;
  is_sized: boolean;
  withholds?: string[];
};

/** Digits or a word; names of bits; numbers of a list; a time; or why there is none. */
export type Value = string | string[] | number[] | LocalTime | Absent;
/** A clock on the wall, without a zone; 0 is not known. */
export type LocalTime = { text: string; isKnown: boolean };
export type Values = Map<string, Value>;
export type Read = { values: Values; units: Map<string, string> };

export class Unreadable extends Error {}

export const CHARACTERISTICS: readonly Characteristic[] = tables;
export const named = (name: string) => CHARACTERISTICS.find((each) => each.name === name);
export const numbered = (uuid: number) => CHARACTERISTICS.find((each) => each.uuid === uuid);

const OCTETS_MAX = 512;
const NO_CRC = 0xffff;
const OCTETS = new Map(
  Object.entries({
    u8: 1,
    s8: 1,
    low4: 1,
    high4: 1,
    u16: 2,
    s16: 2,
    sfloat: 2,
    u24: 3,
    u32: 4,
    float: 4,
    time: 7,
    u16_list: 2,
  }),
);

/** The records of one packet, in order. `crc`: whether the meter says that it ends them with one. */
export function read(characteristic: Characteristic, octets: Uint8Array, crc?: boolean): Read[] {
  if (octets.length > OCTETS_MAX) throw new Unreadable(`${characteristic.name} is too long`);
  if (!characteristic.is_sized) return [record(characteristic, octets, 0, crc)];
  const found: Read[] = [];
  let place = 0;
  do {
    const size = octets[place] ?? 0;
    if (size < 2 || place + size > octets.length)
      throw new Unreadable(`${characteristic.name} says ${size} octets, which it has not`);
    found.push(record(characteristic, octets.subarray(place, place + size), 1, crc));
    place += size;
  } while (place < octets.length);
  return found;
}

function record(
  characteristic: Characteristic,
  packet: Uint8Array,
  skips: number,
  crc: boolean | undefined,
): Read {
  let octets = packet;
  const { flags: head, fields = [] } = characteristic;
  const values: Values = new Map();
  const units = new Map<string, string>();
  let flags = 0;
  let place = skips;
  if (head) {
    flags = integer(characteristic, octets, place, size(head));
    values.set(head.name, coded(head, flags));
    place += size(head);
  }
  const here = fields.filter(({ mask, value }) => (flags & mask) === value);
  if (characteristic.crc !== "never") octets = checked(characteristic, octets, place, here, crc);
  for (const field of here) {
    const ends = place + size(field);
    if (field.kind === "u16_list") {
      const rest = octets.subarray(place);
      if (!rest.length || rest.length % 2) throw short(characteristic, octets, ends);
      values.set(field.name, pairs(rest));
      place = octets.length;
      continue;
    }
    const raw = integer(characteristic, octets, place, size(field));
    const isTime = field.kind === "time";
    const value = isTime ? localTime(octets.subarray(place, ends)) : valueIn(field, flags, raw);
    values.set(field.name, value);
    if (field.units) units.set(field.name, unit(field, flags)?.ucum ?? "");
    if (field.kind !== "low4") place = ends;
  }
  if (place !== octets.length) throw short(characteristic, octets, place);
  return { values, units };
}

function valueIn(field: Field, flags: number, octets: number): Value {
  let raw = octets;
  if (field.kind === "low4") raw &= 0x0f;
  if (field.kind === "high4") raw >>= 4;
  if (field.kind === "s8" && raw > 0x7f) raw -= 0x100;
  if (field.kind === "s16" && raw > 0x7fff) raw -= 0x10000;
  if (field.words || field.bits) return coded(field, raw);
  const why = field.absent?.find(([number]) => number === raw);
  if (why) return { absent: String(why[1]) };
  const isFloat = field.kind === "float" || field.kind === "sfloat";
  const parts = isFloat
    ? medicalFloat(raw, field.kind === "float" ? 24 : 12)
    : { mantissa: BigInt(raw), exponent: 0 };
  if ("absent" in parts) return parts;
  const { factor, exponent } = unit(field, flags) ?? { factor: 1, exponent: 0 };
  return digits(parts, factor, exponent);
}

function coded(field: Field, raw: number): Value {
  if (field.words) {
    const word = field.words.find(([number]) => number === raw);
    return word ? String(word[1]) : { absent: "reserved" };
  }
  return (field.bits ?? []).filter(({ mask, value }) => (raw & mask) === value).map((b) => b.name);
}

function unit(field: Field, flags: number): Unit | undefined {
  return field.units?.[flags & field.unit_mask ? 1 : 0];
}

/** The octets without their checksum. */
function checked(
  characteristic: Characteristic,
  octets: Uint8Array,
  place: number,
  here: Field[],
  crc: boolean | undefined,
): Uint8Array {
  const ends = here.reduce((sum, each) => sum + (each.kind === "low4" ? 0 : size(each)), place);
  if (octets.length !== ends && octets.length !== ends + 2)
    throw short(characteristic, octets, ends);
  const has = octets.length > ends;
  const must = characteristic.crc === "always" ? true : crc;
  if (must !== undefined && has !== must)
    throw new Unreadable(`${characteristic.name} ${must ? "without" : "with"} an E2E-CRC`);
  if (!has) return octets;
  const said = integer(characteristic, octets, ends, 2);
  const isUnused = characteristic.crc === "always" && said === NO_CRC && !crc;
  if (!isUnused && said !== crc16(octets.subarray(0, ends)))
    throw new Unreadable(`${characteristic.name}: its E2E-CRC is wrong`);
  return octets.subarray(0, ends);
}

function localTime(octets: Uint8Array): LocalTime {
  const [low = 0, high = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = octets;
  const year = low | (high << 8);
  const two = (number: number) => String(number).padStart(2, "0");
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  const text = `${date}T${two(hours)}:${two(minutes)}:${two(seconds)}`;
  const isYear = year === 0 || (year >= 1582 && year <= 9999);
  const isTime = month <= 12 && day <= 31 && hours <= 23 && minutes <= 59 && seconds <= 59;
  const isKnown = year > 0 && month > 0 && day > 0;
  const isDate = !isKnown || new Date(`${date}T00:00:00Z`).getUTCDate() === day;
  if (!isYear || !isTime || !isDate) throw new Unreadable(`there is no time ${text}`);
  return { text, isKnown };
}

function pairs(octets: Uint8Array): number[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return Array.from({ length: octets.length / 2 }, (_, n) => view.getUint16(2 * n, true));
}

function integer(
  characteristic: Characteristic,
  octets: Uint8Array,
  place: number,
  length: number,
): number {
  if (place + length > octets.length) throw short(characteristic, octets, place + length);
  let found = 0;
  for (let n = Math.min(length, 4) - 1; n >= 0; n--) found = found * 256 + (octets[place + n] ?? 0);
  return found;
}

const size = (field: Field): number => OCTETS.get(field.kind) ?? 1;

function short(characteristic: Characteristic, octets: Uint8Array, ends: number): Unreadable {
  return new Unreadable(
    `${characteristic.name} of ${octets.length} octets, where ${ends} are announced`,
  );
}
