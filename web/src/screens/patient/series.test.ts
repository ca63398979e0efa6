import { describe, expect, it } from "vitest";
import {
  appendAll,
  type Bucket,
  bucketsOf,
  gapMs,
  nearest,
  summaryOf,
  toPixels,
  withGaps,
} from "./series";

const T0 = 1_764_000_000_000;

function pulse(...pairs: [at: number, mean: number][]): Bucket[] {
  return pairs.map(([at, mean]) => ({ at: T0 + at, low: mean - 1, high: mean + 1, mean }));
}

describe("the server's columns", () => {
  it("become buckets", () => {
    const series = { vital: "pulse", label: "Pulse", unit: "/min" };
    const columns = { at: [T0, T0 + 5], low: [69, 70], high: [71, 72], mean: [70, 71] };
    expect(bucketsOf({ ...series, ...columns })).toEqual(pulse([0, 70], [5, 71]));
  });
});

describe("gaps", () => {
  it("are holes in the line, not straight lines across", () => {
    const [x, low, high, mean] = withGaps(pulse([0, 70], [1_000, 71], [60_000, 72]), 10_000);
    expect(mean).toEqual([70, 71, null, 72]);
    expect(low[2]).toBeNull();
    expect(high[2]).toBeNull();
    expect(x).toEqual([...x].sort((one, other) => one - other));
    expect(x).toHaveLength(4);
  });

  it("are not seen where the vital is measured that seldom", () => {
    const hourly = pulse([0, 70], [3_000_000, 72]);
    expect(withGaps(hourly, gapMs(60_000, 3_600))[3]).toEqual([70, 72]);
  });

  it("forgive one empty bucket of the server's rounding", () => {
    expect(gapMs(60_000, 10)).toBeGreaterThan(2 * 60_000);
    expect(gapMs(60_000, 10)).toBeLessThan(3 * 60_000);
  });

  it("of nothing are none", () => {
    expect(withGaps([], 1_000)).toEqual([[], [], [], []]);
  });
});

describe("a live reading", () => {
  const before = pulse([0, 70]);

  it("opens a new bucket when the last is over", () => {
    const grown = appendAll(before, [{ value: 80, at: T0 + 5_000 }], 5_000);
    expect(grown).toEqual([...before, { at: T0 + 5_000, low: 80, high: 80, mean: 80 }]);
  });

  it("widens the last bucket while it lasts", () => {
    const grown = appendAll(before, [{ value: 95, at: T0 + 900 }], 5_000);
    expect(grown).toEqual([{ at: T0, low: 69, high: 95, mean: 95 }]);
  });

  it("that is already there or came late changes nothing", () => {
    expect(appendAll(before, [{ value: 200, at: T0 }], 1_000)).toEqual(before);
  });

  it("begins an empty series", () => {
    expect(appendAll([], [{ value: 70, at: T0 }], 1_000)).toHaveLength(1);
  });

  it("never changes what it is added to", () => {
    appendAll(before, [{ value: 250, at: T0 + 1 }], 1_000);
    expect(before).toEqual(pulse([0, 70]));
  });
});

describe("pixels", () => {
  const seconds = Array.from({ length: 86_400 }, (_, second): [number, number] => [
    second * 1_000,
    second === 40_000 ? 190 : 70 + (second % 5),
  ]);
  const drawn = toPixels(pulse(...seconds), T0, T0 + 86_400_000, 900);

  it("never get more buckets than there are pixels", () => {
    expect(drawn).toHaveLength(900);
  });

  it("keep a peak of one second on a chart of a day", () => {
    expect(Math.max(...drawn.map(({ high }) => high))).toBe(191);
  });

  it("keep the mean", () => {
    expect(drawn[0]?.mean).toBeCloseTo(72, 1);
  });

  it("leave out what is outside the window", () => {
    const near = toPixels(pulse([-1, 1], [5, 2], [11, 3]), T0, T0 + 10, 10);
    expect(near.map(({ mean }) => mean)).toEqual([2]);
  });
});

describe("the cursor", () => {
  const buckets = pulse([0, 70], [10_000, 71], [20_000, 72]);

  it.each([
    [14_000, 71],
    [16_000, 72],
    [-5_000, 70],
    [29_000, 72],
  ])("at %i finds the nearest bucket", (at, mean) => {
    expect(nearest(buckets, T0 + at, 10_000)?.mean).toBe(mean);
  });

  it("finds nothing in a gap", () => {
    expect(nearest(buckets, T0 + 90_000, 15_000)).toBeUndefined();
    expect(nearest([], T0, 15_000)).toBeUndefined();
  });
});

describe("the spoken summary", () => {
  it("says range and latest", () => {
    expect(summaryOf(pulse([0, 70], [1, 90]))).toEqual({
      first: T0,
      last: T0 + 1,
      low: 69,
      high: 91,
      latest: 90,
    });
  });

  it("says nothing of nothing", () => {
    expect(summaryOf([])).toBeUndefined();
  });
});
