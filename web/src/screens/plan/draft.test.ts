import { expect, test } from "vitest";
import { LANGUAGES as SPOKEN } from "../../languages/language";
import type { Plan } from "../../plan-api";
import { daysInWords, draftOf, faults, inWords, LANGUAGES, newLine, saidOf, waits } from "./draft";

const PLAN: Plan = {
  id: 7,
  condition: "heart_failure",
  made: 0,
  made_by: "Dan",
  language: "de",
  carer_after_minutes: 90,
  first_rota: { id: 3, name: "Nurses" },
  expected: 9,
  done: 8,
  items: [
    {
      key: "weight",
      kind: "measure",
      label: "Weight",
      at: ["07:00"],
      weekdays: [0, 3],
      vitals: ["weight"],
      reference: "",
      before_minutes: 120,
      after_minutes: 180,
      expected: 9,
      done: 8,
      rested: 0,
    },
  ],
};

test("a plan goes through a draft as it was", () => {
  const said = saidOf("heart_failure", draftOf(PLAN), 7);
  const { expected: _, done: __, rested: ___, ...item } = PLAN.items[0] as Plan["items"][0];
  expect(said).toEqual({
    condition: "heart_failure",
    language: "de",
    carer_after_minutes: 90,
    first_rota: 3,
    instead_of: 7,
    items: [item],
  });
});

test("what is wrong stands at its line", () => {
  const draft = draftOf(PLAN);
  const [weight] = draft.lines;
  if (!weight) throw new Error("no line");
  expect(faults(draft).size).toBe(0);
  expect(faults({ ...draft, lines: [] }).get("")).toMatch("one line");
  const wrong = (part: object) => faults({ ...draft, lines: [{ ...weight, ...part }] });
  expect(wrong({ label: " " }).get("weight")).toMatch("what");
  expect(wrong({ at: [""] }).get("weight")).toMatch("time");
  expect(wrong({ at: ["07:00", "07:00"] }).get("weight")).toMatch("once");
  expect(wrong({ weekdays: [] }).get("weight")).toMatch("days");
  expect(wrong({ kind: "questionnaire" }).get("weight")).toMatch("which questions");
  expect(wrong({ kind: "questionnaire", reference: "urn:x" }).size).toBe(0);
});

test("a new line has a key of its own and says what a measurement measures", () => {
  const first = newLine(draftOf(PLAN).lines, "measure");
  expect(first.vitals).toEqual(["systolic", "diastolic"]);
  const second = newLine([...draftOf(PLAN).lines, { ...first, key: "line_3" }], "task");
  expect(second.key).toBe("line_4");
  expect(second.vitals).toEqual([]);
});

test("times and days are saved in order, and read in words", () => {
  const draft = draftOf(PLAN);
  const lines = draft.lines.map((line) => ({ ...line, at: ["19:00", "07:00"], weekdays: [4, 0] }));
  expect(saidOf("x", { ...draft, lines }, null).items[0]).toMatchObject({
    at: ["07:00", "19:00"],
    weekdays: [0, 4],
  });
  expect(daysInWords([4, 0])).toBe("Mon, Fri");
  expect(daysInWords([0, 1, 2, 3, 4, 5, 6])).toBe("every day");
});

test("how long a carer waits keeps what is set", () => {
  expect(waits(90).map(({ label }) => label)).toContain("after 90 minutes");
  expect(waits(null).at(-1)).toEqual({ value: "", label: "never" });
  expect([inWords(0), inWords(60), inWords(240)]).toEqual([
    "at once",
    "after 1 hour",
    "after 4 hours",
  ]);
});

test("a patient may be told in every language that is spoken", () => {
  expect(LANGUAGES.map(({ value }) => value)).toEqual(SPOKEN);
});
