import { describe, expect, it } from "vitest";
import { daysOf, leftInWords, localOf, momentOf, waitInWords } from "./calendar";

const BERLIN = "Europe/Berlin";
const HOUR = 3_600_000;

describe("the clock on the wall", () => {
  it("is read before, after and across a change to summer time", () => {
    expect(momentOf("2026-03-28T07:00", BERLIN)).toBe(Date.parse("2026-03-28T06:00Z"));
    expect(momentOf("2026-03-29T07:00", BERLIN)).toBe(Date.parse("2026-03-29T05:00Z"));
    expect(momentOf("2026-10-25T07:00", BERLIN)).toBe(Date.parse("2026-10-25T06:00Z"));
    expect(momentOf("", BERLIN)).toBeNull();
  });

  it("is written as it was read", () => {
    for (const local of ["2026-03-29T03:30", "2026-10-25T12:15", "2026-12-31T23:59"])
      expect(localOf(momentOf(local, BERLIN) ?? 0, BERLIN)).toBe(local);
  });
});

describe("the days of a rota", () => {
  const start = Date.parse("2026-03-27T23:00Z"); // midnight of the 28th in Berlin
  const days = daysOf(
    [
      { starts: start, ends: start + 36 * HOUR, people: [1] },
      { starts: start + 36 * HOUR, ends: start + 40 * HOUR, people: [] },
    ],
    start,
    BERLIN,
    3,
  );

  it("are as long as they are", () => {
    expect(days.map((day) => (day.end - day.start) / HOUR)).toEqual([24, 23, 24]);
  });

  it("cut what goes past midnight, and mark where nobody is", () => {
    expect(days[0]?.bars).toHaveLength(1);
    expect(days[0]?.bars[0]?.width).toBeCloseTo(100);
    expect(days[1]?.bars.map((bar) => bar.isGap)).toEqual([false, true]);
    expect(days[1]?.bars[1]?.left).toBeCloseTo((12 / 23) * 100);
    expect(days[2]?.bars).toEqual([]);
  });
});

it("says waits and what is left in few words", () => {
  expect([waitInWords(120), waitInWords(45)]).toEqual(["2 min", "45 s"]);
  expect([leftInWords(10), leftInWords(5 * HOUR), leftInWords(72 * HOUR)]).toEqual([
    "1 min",
    "5 h",
    "3 days",
  ]);
});
