import { describe, expect, it } from "vitest";
import { besideReading, policyInWords, sourceInWords } from "./source-words";

const CUFF = {
  name: "cuff-3",
  kind: "blood pressure",
  through: "",
  readings: 3,
  late: 0,
  set_aside: 0,
  first: 1,
  last: 2,
};
const READING = { at: 1, received: 1, value: 120, source: 0, is_late: false, counts: true };

describe("a source", () => {
  it.each([
    ["cuff-3 (blood pressure)", CUFF],
    ["by hand", { ...CUFF, name: "by hand", kind: "by hand" }],
    [
      "annas-scale (cloud: Withings)",
      { ...CUFF, name: "annas-scale", kind: "cloud", through: "withings" },
    ],
    [
      "Watch (file: Apple Health)",
      { ...CUFF, name: "Watch", kind: "Apple Health", through: "Apple Health" },
    ],
    ["a device (unknown)", { ...CUFF, name: "", kind: "unknown" }],
  ])("is said: %s", (words, source) => {
    expect(sourceInWords(source)).toBe(words);
  });
});

describe("a reading", () => {
  it("says that it came late, and that no report counts it", () => {
    expect(besideReading(READING)).toBe("");
    expect(besideReading({ ...READING, counts: null })).toBe("");
    expect(besideReading({ ...READING, is_late: true, counts: false })).toBe(
      "came late, not in reports",
    );
  });
});

describe("the policy", () => {
  it("says what reports leave out", () => {
    expect(policyInWords([CUFF])).toMatch(/no two sources/);
    expect(policyInWords([CUFF, { ...CUFF, set_aside: 2 }])).toMatch(
      /leave out 2: a better source/,
    );
    expect(policyInWords([{ ...CUFF, set_aside: null }])).not.toMatch(/report/);
  });
});
