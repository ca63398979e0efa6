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
    // 13:00 on the wall, though only twelve hours of the day are over: under the hours above.
    expect(days[1]?.bars[1]?.left).toBeCloseTo((13 / 24) * 100);
    expect(days[2]?.bars).toEqual([]);
  });
});

describe("a day on which the clock changes", () => {
  const of = (local: string, hours: readonly [number, number]) => {
    const start = momentOf(`${local}T00:00`, BERLIN) ?? 0;
    const [from, to] = hours;
    const people = [1];
    const span = { starts: start + from * HOUR, ends: start + to * HOUR, people };
    return daysOf([span], start, BERLIN, 1)[0];
  };

  it("is said to be one", () => {
    expect(of("2026-03-29", [0, 1])?.change).toBe("forward");
    expect(of("2026-10-25", [0, 1])?.change).toBe("back");
    expect(of("2026-03-28", [0, 1])?.change).toBeNull();
  });

  it("has each hour where the other days have it", () => {
    // 06:00 to 14:00 on the wall, five and seven hours after midnight.
    for (const [local, six] of [
      ["2026-03-29", 5],
      ["2026-10-25", 7],
    ] as const) {
      const bar = of(local, [six, six + 8])?.bars[0];
      expect(bar?.left).toBeCloseTo(25);
      expect((bar?.left ?? 0) + (bar?.width ?? 0)).toBeCloseTo((14 / 24) * 100);
    }
  });

  it("ends at its end, and shows even a turn of an hour that comes twice", () => {
    const whole = of("2026-10-25", [0, 25])?.bars[0];
    expect([whole?.left, whole?.width]).toEqual([0, 100]);
    expect(of("2026-10-25", [2, 3])?.bars[0]?.width).toBeGreaterThan(0);
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
