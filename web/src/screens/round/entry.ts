// An observation while it is being entered: what was typed, and what of it can be filed. Pure.

import type { Absent, EnteredValue, Entry, Observation, ToEnter } from "../../words";

/** One field: a text or a choice as it stands, the device it was confirmed from, or why not. */
export type Field = { text: string; device?: string; absent?: Absent };
export type Fields = Readonly<Record<string, Field>>;

export const EMPTY: Field = { text: "" };
export const LETTERS = ["A", "C", "V", "P", "U"] as const;
export const EFFORTS = ["normal", "mild", "moderate", "severe"] as const;
/** Entered later than this after it was measured, it charts and rings for nobody (the server's). */
export const LIVE_MINUTES = 60;
export const AGO_MINUTES = [0, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720] as const;

/** A number as people type it, with a comma or a point; null where it is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** Why this cannot be filed, in a few words; null where it can, or where nothing was typed. */
export function faultOf(text: string, about: Pick<ToEnter, "low" | "high">): string | null {
  if (text.trim() === "") return null;
  const value = numberOf(text);
  if (value === null) return "Not a number";
  if (value < about.low || value > about.high) return `Possible is ${about.low} to ${about.high}`;
  return null;
}

const CHOICES = new Set(["consciousness", "on_oxygen", "respiratory_effort"]);
export const isChoice = (vital: string): boolean => CHOICES.has(vital);

/** A flow is asked for while oxygen is given; typed before somebody said "air", it is no flow. */
export const isAsked = (vital: string, fields: Fields): boolean =>
  vital !== "oxygen_flow" || fields.on_oxygen?.text === "oxygen";

function filedAs(vital: string, { text, device }: Field, unit: string): EnteredValue {
  const from = device === undefined ? {} : { device };
  if (vital === "on_oxygen") return { vital, value: text === "oxygen", ...from };
  if (isChoice(vital)) return { vital, value: text, ...from };
  return { vital, value: numberOf(text) ?? Number.NaN, unit, ...from };
}

/** What the fields say, ready to be sent; null while nothing is said or something cannot be. */
export function entryOf(
  key: string,
  fields: Fields,
  infos: readonly ToEnter[],
  at: number | null,
): Entry | null {
  const values: EnteredValue[] = [];
  const absent: NonNullable<Entry["absent"]> = [];
  for (const info of infos) {
    const field = fields[info.vital];
    if (!field || !isAsked(info.vital, fields)) continue;
    if (field.absent) absent.push({ vital: info.vital, reason: field.absent });
    else if (field.text.trim() !== "") {
      if (!isChoice(info.vital) && faultOf(field.text, info)) return null;
      values.push(filedAs(info.vital, field, info.units[0] ?? "1"));
    }
  }
  if (values.length + absent.length === 0) return null;
  return { key, at, values, absent, confirmed: false };
}

/** The fields as an earlier entry filled them, to be corrected. */
export function fieldsOf({ values }: Observation): Fields {
  return Object.fromEntries(
    values.map(({ vital, said, device, absent }) => [
      vital,
      {
        text: said ?? "",
        ...(device === null ? {} : { device }),
        ...(absent === null ? {} : { absent }),
      },
    ]),
  );
}

/** How often, in words: `continuous`, `1 h`, `30 min`. */
export function every(seconds: number): string {
  if (seconds === 0) return "continuous";
  const minutes = Math.round(seconds / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** How long, in words: `5 min`, `2 h 10 min`. */
export function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 || hours >= 24 ? `${hours} h` : `${hours} h ${rest} min`;
}
