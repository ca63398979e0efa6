// The language these pages speak now, its words and how it writes numbers and ages. The root draws
// everything anew when it changes, so whoever draws just asks. Staff read English.

import { useSyncExternalStore } from "react";
import type { Piece, Pieces, Words } from "./catalogue";
import { filled, isolated, type Language, localeOf, spoken, type Value } from "./language";

type Loads = { [Each in Piece]: () => Promise<Pieces[Each]> };
const LOADS: Record<Language, Loads> = {
  en: {
    first: () => import("./en/first"),
    door: () => import("./en/door"),
    further: () => import("./en/further"),
    refusals: () => import("./en/refusals"),
  },
  de: {
    first: () => import("./de/first"),
    door: () => import("./de/door"),
    further: () => import("./de/further"),
    refusals: () => import("./de/refusals"),
  },
  es: {
    first: () => import("./es/first"),
    door: () => import("./es/door"),
    further: () => import("./es/further"),
    refusals: () => import("./es/refusals"),
  },
  ar: {
    first: () => import("./ar/first"),
    door: () => import("./ar/door"),
    further: () => import("./ar/further"),
    refusals: () => import("./ar/refusals"),
  },
};
const KEPT = "homeward-language";

const browsers = (): readonly string[] =>
  typeof navigator === "undefined" ? [] : (navigator.languages ?? []);

/** As the browser says: for whoever never chose, and what the server takes then too. */
export const browsersOwn = (): Language => spoken(browsers());

/** Until somebody is signed in: as the last patient here chose, or as the browser says. */
export function likely(): Language {
  const kept = typeof localStorage === "undefined" ? null : localStorage.getItem(KEPT);
  return spoken(kept ? [kept, ...browsers()] : browsers());
}

/** What was chosen speaks at this door from now on, before anybody is signed in. */
export const keepLanguage = (language: Language): void => localStorage.setItem(KEPT, language);

let language: Language = "en";
let locale = localeOf(language, browsers());
let formats = new Map<string, unknown>();
const wanted = new Set<Piece>();
const known = new Map<Language, Partial<Words>>();
const listeners = new Set<() => void>();

/** Speak this language from now on, once the words are here for all that is shown. */
export async function speak(next: Language, ...pieces: Piece[]): Promise<void> {
  for (const piece of pieces) wanted.add(piece);
  const parts = await Promise.all([...wanted].map((piece) => LOADS[next][piece]()));
  let all: Partial<Words> = known.get(next) ?? {};
  for (const part of parts) all = { ...all, ...part };
  known.set(next, all);
  if (next === language) return;
  language = next;
  locale = localeOf(language, browsers());
  formats = new Map();
  for (const tell of listeners) tell();
}

/** Beside what is shown now, these words; for what loads later. */
export const bring = (...pieces: Piece[]): Promise<void> => speak(language, ...pieces);

const listen = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};
export const useLanguage = (): Language => useSyncExternalStore(listen, () => language);
export const languageNow = (): Language => language;

/** The words of one part, or others where they were not brought yet. */
export const wordsOr = <Part extends keyof Words>(part: Part, others: Words[Part]): Words[Part] =>
  known.get(language)?.[part] ?? others;

/** The words of one part. Raises where they were never brought. */
export function words<Part extends keyof Words>(part: Part): Words[Part] {
  const found = known.get(language)?.[part];
  if (!found) throw new Error(`no words for ${part}`);
  return found;
}

/** What the server calls by a key, in words; one nobody translated is shown as it is. */
export const among = (known: object, key: string): string => {
  const found: unknown = Object.hasOwn(known, key) ? known[key as never] : key;
  return String(found);
};

/** A sentence with its places filled. */
export const fill = (text: string, values: Readonly<Record<string, Value>>): string =>
  filled(text, values, language);

/** What keeps its own direction amid other words: a name, a number with its unit. */
export const apart = (value: Value): string => isolated(value, language);

/** One way of writing, made once for each language. */
export function format<Format>(key: string, make: (locale: string) => Format): Format {
  const found = (formats.get(key) as Format | undefined) ?? make(locale);
  formats.set(key, found);
  return found;
}

/** A number with at most, or exactly, so many decimals. */
export function written(value: number, most = 0, least = 0): string {
  const digits = { maximumFractionDigits: most, minimumFractionDigits: least };
  return format(`${most} ${least}`, () => new Intl.NumberFormat(locale, digits)).format(value);
}

/** "a, b and c"; as `unit`: "a, b, c". */
export const listed = (each: readonly string[], type: "conjunction" | "unit" = "conjunction") =>
  format(type, () => new Intl.ListFormat(locale, { type })).format(
    each.map((one) => isolated(one, language)),
  );

/** An age in the words people use: "12 seconds ago", "4 minutes ago", "2 days ago". */
export function secondsAgo(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const ago = format("ago", () => new Intl.RelativeTimeFormat(locale, { numeric: "always" }));
  if (seconds < 60) return ago.format(-seconds, "second");
  if (seconds < 3_600) return ago.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86_400) return ago.format(-Math.round(seconds / 3_600), "hour");
  return ago.format(-Math.round(seconds / 86_400), "day");
}
