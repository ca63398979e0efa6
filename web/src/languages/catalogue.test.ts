// Every language says everything, with the same places in its sentences.

import { expect, test } from "vitest";
import { bare } from "./bare";
import { LANGUAGES, type Language, PLACES } from "./language";

const PIECES = ["first", "door", "further", "refusals"] as const;
const RULES: readonly Intl.LDMLPluralRule[] = ["zero", "one", "two", "few", "many", "other"];

type Said = Map<string, string>;

/** Every text by the way to it: "first.today.hello". */
function textsOf(told: unknown, way: string, said: Said = new Map()): Said {
  if (typeof told === "string") return said.set(way, told);
  for (const [key, value] of Object.entries(told as object)) textsOf(value, `${way}.${key}`, said);
  return said;
}

async function textsIn(language: Language): Promise<Said> {
  const said: Said = new Map();
  for (const piece of PIECES) textsOf(await import(`./${language}/${piece}.ts`), piece, said);
  return said;
}

const placesOf = (text: string) => [...text.matchAll(PLACES)].map(([, name]) => name).sort();
/** "measure.came.few" is one way of counting "measure.came". */
const counted = (way: string, english: Said) => {
  const [, base = "", rule = ""] = way.match(/^(.*)\.(\w+)$/) ?? [];
  const isRule = (RULES as readonly string[]).includes(rule);
  return isRule && english.has(`${base}.one`) ? base : null;
};

test.each(LANGUAGES)("%s says what English says", async (language) => {
  const [english, said] = [await textsIn("en"), await textsIn(language)];
  const plain = (texts: Said) =>
    [...texts.keys()].filter((way) => counted(way, english) === null).sort();
  expect(plain(said)).toEqual(plain(english));
  expect(said.size).toBeGreaterThan(400);
});

test.each(LANGUAGES)("%s leaves no place out and invents none", async (language) => {
  const [english, said] = [await textsIn("en"), await textsIn(language)];
  for (const [way, text] of said) {
    const base = counted(way, english);
    const like = base === null ? way : `${base}.other`;
    // "two readings" needs no number beside it.
    const places = base === null ? placesOf(text) : [...new Set(["count", ...placesOf(text)])];
    expect(places, way).toEqual(placesOf(english.get(like) ?? ""));
  }
});

test.each(LANGUAGES)("%s counts as it counts", async (language) => {
  const [english, said] = [await textsIn("en"), await textsIn(language)];
  const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const bases = new Set([...english.keys()].map((way) => counted(way, english)));
  bases.delete(null);
  expect(bases.size).toBeGreaterThan(5);
  for (const base of bases) {
    for (const rule of needed) expect(said.get(`${base}.${rule}`), `${base}.${rule}`).toBeTruthy();
  }
});

test.each(LANGUAGES)(
  "%s has no empty sentence, and none that is still English",
  async (language) => {
    const [english, said] = [await textsIn("en"), await textsIn(language)];
    const isWord = (text: string) => /\p{L}{3}.*\s.*\p{L}{3}/u.test(text.replaceAll(PLACES, ""));
    for (const [way, text] of said) {
      expect(text !== "" || english.get(way) === "", way).toBe(true);
      if (language !== "en" && isWord(text)) expect(text, way).not.toBe(english.get(way));
    }
  },
);

test("what stands in before English came is English", async () => {
  expect(bare()).toEqual((await import("./en/first")).bare);
});
