import { describe, expect, it } from "vitest";
import type { Limit, RuleLine } from "../../words";
import {
  bound,
  byDefault,
  faults,
  inWords,
  numberOf,
  seconds,
  settingOf,
  typedOf,
  worst,
} from "./in-words";

const LIMIT: Limit = {
  limit: 90,
  clear_limit: 92,
  delay_seconds: 15,
  clear_seconds: 15,
  extreme: 80,
  worst_seconds: 16.2,
  extreme_worst_seconds: 1.2,
};
const RULE = {
  rule: "oxygen_low",
  side: "below",
  decimals: 0,
  unit: "%",
  possible: [0, 100],
  delay_seconds_max: 120,
  is_on: true,
  now: LIMIT,
  default: LIMIT,
} as unknown as RuleLine;

describe("limits in words", () => {
  it("says a limit as the alarm says it, and never hides a half", () => {
    expect(bound(RULE, 90)).toBe("< 90 %");
    expect(bound({ ...RULE, side: "above" }, 38.5)).toBe("> 38.5 %");
    expect(inWords(RULE, LIMIT)).toBe("< 90 % after 15 s, at once < 80, ends at 92 for 15 s");
    expect(inWords(RULE, { ...LIMIT, delay_seconds: 0, clear_seconds: 0, extreme: null })).toBe(
      "< 90 % at once, ends at 92",
    );
  });

  it("rounds a delay up, never down", () => {
    expect(seconds(16.2)).toBe("17 s");
    expect(seconds(121)).toBe("3 min");
    expect(worst(LIMIT)).toBe("17 s, beyond the extreme 2 s");
    expect(worst({ ...LIMIT, worst_seconds: null })).toBe("at the next measurement");
  });
});

describe("what was typed", () => {
  const typed = { ...typedOf(RULE), reason: "pneumonia" };

  it("begins as it is now, and is sent back as numbers", () => {
    expect(faults(RULE, typed, "patient")).toEqual({});
    const sent = settingOf(RULE, { ...typed, hours: "2" }, 1000, false);
    expect(sent).toMatchObject({ limit: 90, clear_limit: 92, extreme: 80, expires: 7_201_000 });
  });

  it("a comma is a point, and no number is none", () => {
    expect(numberOf(" 38,5 ")).toBe(38.5);
    expect(numberOf("9o")).toBeNull();
    expect(numberOf("")).toBeNull();
  });

  it.each([
    [{ reason: " " }, "reason"],
    [{ limit: "101" }, "limit"],
    [{ clear: "89" }, "clear"],
    [{ extreme: "90" }, "extreme"],
    [{ extreme: "x" }, "extreme"],
    [{ delay: "121" }, "delay"],
    [{ delay: "1.5" }, "delay"],
    [{ choice: "off" as const }, "hours"],
  ])("%o is refused at %s", (wrong, field) => {
    expect(Object.keys(faults(RULE, { ...typed, ...wrong }, "patient"))).toEqual([field]);
  });

  it("no extreme is allowed here; the server asks for a word about it", () => {
    expect(faults(RULE, { ...typed, extreme: "" }, "patient")).toEqual({});
  });

  it("lets a unit have a rule off for good, and a patient for a shift", () => {
    const off = { ...typedOf(RULE), choice: "off" as const, reason: "too many false" };
    expect(faults(RULE, off, "ward")).toEqual({});
    expect(faults(RULE, off, "site")).toEqual({});
    expect(Object.keys(faults(RULE, off, "patient"))).toEqual(["hours"]);
  });

  it("says what the house has of a rule", () => {
    const wave = { ...RULE, default: null, now: null };
    expect(byDefault({ ...RULE, default_is_on: true })).toContain("< 90 %");
    expect(byDefault({ ...wave, default_is_on: true })).toBe("on");
    expect(byDefault({ ...wave, default_is_on: false })).toBe("off");
    expect(typedOf({ ...wave, is_on: false }).choice).toBe("on");
    expect(typedOf(wave).choice).toBe("off");
  });
});
