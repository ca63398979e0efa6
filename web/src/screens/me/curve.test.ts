import { describe, expect, it } from "vitest";
import { HEIGHT, path, shares, TARGET, WIDTH, within, x, y } from "./curve";
import { dayOf } from "./day";

const NOW = new Date(2026, 10, 24, 15, 30).getTime();
const DAY = dayOf(NOW);
const MINUTE = 60_000;

describe("today", () => {
  it("is the reader's own day", () => {
    expect(new Date(DAY.start).getHours()).toBe(0);
    expect(DAY.start).toBeLessThanOrEqual(NOW);
    expect(DAY.end).toBeGreaterThan(NOW);
  });
});

describe("the curve", () => {
  it("has nothing of yesterday, though the page slept over midnight", () => {
    const points = [-MINUTE, 0, MINUTE].map((from) => ({ at: DAY.start + from, value: 100 }));
    expect(within(points, DAY).map(({ at }) => at - DAY.start)).toEqual([0, MINUTE]);
    expect(within([{ at: DAY.end, value: 100 }], DAY)).toEqual([]);
  });

  it("stays in its frame, however wild the value", () => {
    for (const value of [10, 40, 120, 260, 1_500]) {
      expect(y(value)).toBeGreaterThanOrEqual(0);
      expect(y(value)).toBeLessThanOrEqual(HEIGHT);
    }
    expect(x(DAY.start, DAY)).toBeGreaterThan(0);
    expect(x(DAY.end, DAY)).toBeLessThanOrEqual(WIDTH);
  });

  it("puts higher values higher", () => {
    expect(y(TARGET[1])).toBeLessThan(y(TARGET[0]));
  });

  it("breaks where nothing was measured", () => {
    const points = [0, 5, 10, 40, 45].map((minutes) => ({
      at: DAY.start + minutes * MINUTE,
      value: 100,
    }));
    expect(path(points, DAY).match(/M/g)).toHaveLength(2);
    expect(path(points, DAY).match(/L/g)).toHaveLength(3);
  });

  it("of nothing is nothing", () => {
    expect(path([], DAY)).toBe("");
  });
});

describe("shares", () => {
  it("add up to a hundred", () => {
    const points = [60, 100, 100, 100, 200, 250].map((value) => ({ at: NOW, value }));
    expect(shares(points)).toEqual({ below: 17, within: 50, above: 33 });
  });

  it("count the limits as within", () => {
    const points = TARGET.map((value) => ({ at: NOW, value }));
    expect(shares(points)?.within).toBe(100);
  });

  it("of nothing are unknown", () => {
    expect(shares([])).toBeUndefined();
  });
});
