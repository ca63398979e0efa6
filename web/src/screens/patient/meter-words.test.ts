import { expect, test } from "vitest";
import type { SaidBeside } from "../../words";
import { besideInWords, clockInWords } from "./meter-words";

const said = (name: string, value: string, unit = "", is_missing = false): SaidBeside => ({
  name,
  value,
  unit,
  is_missing,
});

test("a context is words and exact numbers, each digit as the meter sent it", () => {
  const beside = [
    said("sample", "capillary_plasma"),
    said("meal", "before_meal"),
    said("carbohydrates", "60.0", "g"),
    said("medication", "rapid_insulin"),
    said("dose", "0.060", "mL"),
    said("hba1c", "34.5", "%"),
    said("exercise", "overrun", "", true),
  ];
  expect(besideInWords(beside)).toBe(
    "sample: capillary plasma, before meal, carbohydrates 60.0 g, rapid insulin, dose 0.060 mL, " +
      "HbA1c 34.5 %, exercise not known (overrun)",
  );
  expect(besideInWords([])).toBe("");
});

test.each([
  [10_800, "said 2026-03-01 07:02, 3 h fast"],
  [-5_400, "said 2026-03-01 07:02, 1 h 30 min slow"],
  [3_599, "said 2026-03-01 07:02, 1 h fast"],
  [-120, "said 2026-03-01 07:02, 2 min slow"],
  [90_000, "said 2026-03-01 07:02, 1 d 1 h fast"],
  [0, "said 2026-03-01 07:02, right"],
  [null, "said 2026-03-01 07:02, could not be compared"],
])("a clock that is %s s ahead is said so", (ahead, words) => {
  expect(clockInWords({ clock: "2026-03-01T07:02:00", ahead_seconds: ahead, twice: "" })).toBe(
    words,
  );
});

test("an hour that came twice is said to be, with which it is taken for", () => {
  const said = { clock: "2026-10-25T02:10:00", ahead_seconds: 0, twice: "second" };
  expect(clockInWords(said)).toBe(
    "said 2026-10-25 02:10 (that hour came twice: taken for the second), right",
  );
});
