import { expect, test } from "vitest";
import { age, ageInWords, countdown, inWords, isStale } from "./freshness";

const INFO = { stale_seconds: 10, entered_seconds: 3600 };

test("a value blanks after its own time, to the millisecond", () => {
  const value = { at: 1_000, received: 1_200 };
  expect(isStale(value, INFO, 11_000)).toBe(false);
  expect(isStale(value, INFO, 11_001)).toBe(true);
});

test("what was entered stays as long as a score counts it, and says what it is and how old", () => {
  const value = { at: 1_000, received: 60_000, byHand: true };
  expect(isStale(value, INFO, 3_601_000)).toBe(false);
  expect(isStale(value, INFO, 3_601_001)).toBe(true);
  expect(ageInWords(value, 721_000)).toBe("by hand, 12 min");
  expect(ageInWords({ ...value, byHand: false }, 721_000)).toBe("12 min");
});

test("a device whose clock runs an hour ahead cannot keep its last value fresh", () => {
  expect(age({ at: 3_600_000, received: 1_000 }, 21_000)).toBe(20_000);
});

test("a device whose clock runs behind shows its value older than it is, never younger", () => {
  expect(age({ at: 1_000, received: 9_000 }, 10_000)).toBe(9_000);
});

test.each([
  [0, "now"],
  [2_999, "now"],
  [12_400, "12 s"],
  [61_000, "1 min"],
  [3 * 3_600_000, "3 h"],
  [50 * 3_600_000, "2 d"],
])("an age of %i ms is %s", (ms, words) => {
  expect(inWords(ms)).toBe(words);
});

test.each([
  [92_000, "1:32"],
  [6_001, "0:07"],
  [0, "0:00"],
  [-4_000, "0:00"],
])("%i ms left is %s", (ms, words) => {
  expect(countdown(ms)).toBe(words);
});
