import { expect, test } from "vitest";
import { checked, number, type Said, THINGS, UNITS, type Vital } from "./by-hand";

const of = (name: string) => {
  const found = THINGS.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};
const say = (vital: Vital, text: string, place = 0): Said => ({
  vital,
  text,
  unit: UNITS[vital][place] ?? UNITS[vital][0],
});

test.each([
  ["120", 120],
  [" 5,4 ", 5.4],
  ["36.", 36],
  ["", null],
  ["1e3", null],
  ["-4", null],
  ["12 0", null],
])("%j is %j", (text, value) => expect(number(text)).toBe(value));

test("a pressure needs both numbers, the upper above the lower, and no pulse", () => {
  const pressure = (...texts: [string, string, string]) =>
    checked(
      of("pressure"),
      (["systolic", "diastolic", "pulse"] as const).map((vital, n) => say(vital, texts[n] ?? "")),
    );
  expect(pressure("128", "82", "")).toMatchObject({ wrong: [], rare: [], isCrossed: false });
  expect(pressure("128", "82", "").values.map(({ value }) => value)).toEqual([128, 82]);
  expect(pressure("80", "120", "60").isCrossed).toBe(true);
  expect(pressure("128", "", "")).toMatchObject({ wrong: ["diastolic"] });
  expect(pressure("1280", "82", "")).toMatchObject({ wrong: ["systolic"] });
  expect(pressure("250", "82", "")).toMatchObject({ wrong: [], rare: ["systolic"] });
});

test("a value is judged in its unit and sent as it was said", () => {
  const glucose = (text: string, place: number) =>
    checked(of("glucose"), [say("glucose", text, place)]);
  expect(glucose("5,4", 1)).toMatchObject({
    values: [{ vital: "glucose", value: 5.4, unit: "mmol/L" }],
    rare: [],
    wrong: [],
  });
  expect(glucose("5.4", 0).wrong).toEqual(["glucose"]);
  expect(glucose("120", 1).wrong).toEqual(["glucose"]);
  expect(glucose("450", 0).rare).toEqual(["glucose"]);
  expect(checked(of("temperature"), [say("temperature", "98.6", 1)]).rare).toEqual([]);
  expect(checked(of("temperature"), [say("temperature", "98.6", 0)]).wrong).toEqual([
    "temperature",
  ]);
});
