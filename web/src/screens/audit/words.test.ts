import { beforeAll, expect, test } from "vitest";
import { speak } from "../../languages/speaking";
import type { Looked } from "../../words";
import { byDay, dayInWords, lookedInWords, whoLooked } from "./looked";
import { actInWords, whoInWords } from "./words";

beforeAll(() => speak("en", "first", "door", "further"));

const read = { action: "R", subtype: "read", kind: "patient", route: "GET /api/patients/{id}" };
const looked: Looked = {
  person: "Nora",
  role: "nurse",
  purpose: "TREAT",
  day: "2026-03-01",
  times: 1,
  at: 0,
  changed: false,
  emergency: false,
  asked: false,
};

test.each([
  [read, "opened the record"],
  [{ ...read, action: "C", subtype: "create" }, "added to the record"],
  [{ ...read, kind: "ward", route: "LIVE /api/live" }, "watched a ward's list live"],
  [{ ...read, action: "E", subtype: "search" }, "searched for patients"],
  [
    { ...read, action: "E", subtype: "search", kind: "erasure" },
    "looked through wishes to be erased",
  ],
  [{ ...read, action: "E", subtype: "login", kind: "session" }, "tried to sign in"],
  [{ ...read, action: "U", kind: "something new" }, "changed something new"],
])("an act is said in words: %o", (act, words) => {
  expect(actInWords(act)).toBe(words);
});

test("who is said also where nobody was signed in", () => {
  expect(whoInWords({ person: "Nora", role: "nurse" })).toBe("Nora");
  expect(whoInWords({ person: "", role: "operator" })).toBe("The operator, at the server");
  expect(whoInWords({ person: "", role: "nobody" })).toBe("Nobody signed in");
  expect(whoLooked({ person: "", role: "operator" })).toBe("The operator, at the server");
});

test.each([
  [looked, "looked at your data once, to care for you."],
  [
    { ...looked, times: 2, changed: true },
    "looked at your data and added to it twice, to care for you.",
  ],
  [{ ...looked, role: "relative", purpose: "FAMRQT" }, "looked at your data once, as you chose."],
  [
    { ...looked, times: 5, purpose: "BTG", emergency: true },
    "looked at your data 5 times, by emergency access. You may ask why.",
  ],
  [
    { ...looked, purpose: "HOPERAT", role: "administrator", times: 3, asked: true },
    "looked up 3 times who had opened your record.",
  ],
  [
    { ...looked, purpose: "HOPERAT", role: "administrator" },
    "looked at your data once, for running the hospital.",
  ],
])("a patient is told in plain words: %o", (line, words) => {
  expect(lookedInWords(line)).toBe(words);
});

test("lines stand under their day, and days have names", () => {
  const other = { ...looked, person: "Dora" };
  const before = { ...looked, day: "2026-02-28" };
  expect(byDay([looked, other, before]).map(({ lines }) => lines.length)).toEqual([2, 1]);
  const noon = new Date(2026, 2, 1, 12).getTime();
  expect(dayInWords(noon - 3_600_000, noon)).toBe("Today");
  expect(dayInWords(noon - 86_400_000, noon)).toBe("Yesterday");
});
