import { describe, expect, it } from "vitest";
import { append, gapMs, nearest, type Series, summaryOf, toPixels, withGaps } from "./series";

const T0 = 1_764_000_000_000;

function pulse(at: number[], mean: number[]): Series {
  return {
    vital: "pulse",
    label: "Pulse",
    unit: "/min",
    at,
    low: mean.map((value) => value - 1),
    high: mean.map((value) => value + 1),
    mean,
  };
}

describe("gaps", () => {
  it("are holes in the line, not straight lines across", () => {
    const [x, low, high, mean] = withGaps(pulse([T0, T0 + 1_000, T0 + 60_000], [70, 71, 72]), 10_000);
    expect(x).toHaveLength(4);
    expect(mean).toEqual([70, 71, null, 72]);
    expect(low[2]).toBeNull();
    expect(high[2]).toBeNull();
    expect(x[2]).toBeGreaterThan(x[1]);
    expect(x[2]).toBeLessThan(x[3]);
  });

  it("are not seen where the vital is measured that seldom", () => {
    const hourly = pulse([T0, T0 + 3_000_000], [70, 72]);
    expect(withGaps(hourly, gapMs(60_000, 3_600))[3]).toEqual([70, 72]);
  });

  it("forgive one empty bucket of the server's rounding", () => {
    expect(gapMs(60_000, 10)).toBeGreaterThan(2 * 60_000);
    expect(gapMs(60_000, 10)).toBeLessThan(3 * 60_000);
  });

  it("of an empty series are none", () => {
    expect(withGaps(pulse([], []), 1_000)).toEqual([[], [], [], []]);
  });
});

describe("live readings", () => {
  const series = pulse([T0], [70]);

  it("open a new bucket when the last is over", () => {
    const grown = append(series, [{ vital: "pulse", value: 80, at: T0 + 5_000 }], 5_000);
    expect(grown.at).toEqual([T0, T0 + 5_000]);
    expect(grown.mean).toEqual([70, 80]);
  });

  it("widen the last bucket while it lasts", () => {
    const grown = append(series, [{ vital: "pulse", value: 95, at: T0 + 900 }], 5_000);
    expect(grown.at).toEqual([T0]);
    expect(grown.high).toEqual([95]);
    expect(grown.low).toEqual([69]);
  });

  it("that are already there or came late change nothing", () => {
    const grown = append(series, [{ vital: "pulse", value: 200, at: T0 }], 1_000);
    expect(grown.high).toEqual([71]);
  });

  it("of another vital leave the same series", () => {
    expect(append(series, [{ vital: "glucose", value: 90, at: T0 + 1 }], 1_000)).toBe(series);
  });

  it("never change the series they are added to", () => {
    append(series, [{ vital: "pulse", value: 250, at: T0 + 1 }], 1_000);
    expect(series).toEqual(pulse([T0], [70]));
  });
});

describe("pixels", () => {
  const day = Array.from({ length: 86_400 }, (_, second) => T0 + second * 1_000);
  const values = day.map((_, second) => (second === 40_000 ? 190 : 70 + (second % 5)));
  const merged = toPixels(pulse(day, values), T0, T0 + 86_400_000, 900);

  it("never get more buckets than there are pixels", () => {
    expect(merged.at.length).toBe(900);
  });

  it("keep a peak of one second on a chart of a day", () => {
    expect(Math.max(...merged.high)).toBe(191);
  });

  it("keep the mean", () => {
    expect(merged.mean[0]).toBeCloseTo(72, 1);
  });

  it("leave out what is outside the window", () => {
    const near = toPixels(pulse([T0 - 1, T0 + 5, T0 + 11], [1, 2, 3]), T0, T0 + 10, 10);
    expect(near.mean).toEqual([2]);
  });
});

describe("the cursor", () => {
  const series = pulse([T0, T0 + 10_000, T0 + 20_000], [70, 71, 72]);

  it("finds the nearest bucket", () => {
    expect(nearest(series, T0 + 14_000, 60_000)).toBe(1);
    expect(nearest(series, T0 + 16_000, 60_000)).toBe(2);
    expect(nearest(series, T0 - 5_000, 60_000)).toBe(0);
    expect(nearest(series, T0 + 99_000, 600_000)).toBe(2);
  });

  it("finds nothing in a gap", () => {
    expect(nearest(series, T0 + 90_000, 15_000)).toBeUndefined();
    expect(nearest(pulse([], []), T0, 15_000)).toBeUndefined();
  });
});

describe("the spoken summary", () => {
  it("says range and latest", () => {
    expect(summaryOf(pulse([T0, T0 + 1], [70, 90]))).toEqual({
      first: T0,
      last: T0 + 1,
      low: 69,
      high: 91,
      latest: 90,
    });
  });

  it("says nothing of nothing", () => {
    expect(summaryOf(pulse([], []))).toBeUndefined();
  });
});
