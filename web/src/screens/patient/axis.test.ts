import { describe, expect, it } from "vitest";
import {
  follow,
  liveWindow,
  pan,
  placeOf,
  refreshMs,
  SPAN_MS_MAX,
  SPAN_MS_MIN,
  SPANS,
  scaled,
  spanOf,
  ticks,
  timesOf,
  zoom,
} from "./axis";

const NOW = Date.UTC(2026, 10, 24, 6, 30);
const HOUR = 3_600_000;
const RECORD = { first: NOW - 50 * HOUR, last: NOW };
const [ONE_MINUTE, , ONE_HOUR, , , , , , ALL] = SPANS;

describe("a live window", () => {
  it("ends now and is as long as its span", () => {
    const window = liveWindow(ONE_HOUR, NOW, RECORD);
    expect(window).toEqual({ start: NOW - HOUR, end: NOW, isLive: true });
  });

  it("of the whole record begins with the record", () => {
    expect(liveWindow(ALL, NOW, RECORD).start).toBe(RECORD.first);
  });

  it("of an empty record is still a window", () => {
    const window = liveWindow(ALL, NOW, { first: null, last: null });
    expect(window.end - window.start).toBeGreaterThanOrEqual(SPAN_MS_MIN);
  });

  it("moves with the clock", () => {
    const window = follow(liveWindow(ONE_HOUR, NOW, RECORD), NOW + 5_000, false);
    expect(window).toEqual({ start: NOW + 5_000 - HOUR, end: NOW + 5_000, isLive: true });
  });

  it("of the whole record grows with the clock", () => {
    const window = follow(liveWindow(ALL, NOW, RECORD), NOW + 5_000, true);
    expect(window.start).toBe(RECORD.first);
    expect(window.end).toBe(NOW + 5_000);
  });

  it("never runs backwards", () => {
    const window = liveWindow(ONE_HOUR, NOW, RECORD);
    expect(follow(window, NOW - 1_000, false)).toBe(window);
  });

  it("knows its button", () => {
    for (const span of SPANS) {
      expect(spanOf(liveWindow(span, NOW, RECORD), RECORD)).toBe(span);
    }
  });
});

describe("a window moved by hand", () => {
  it("is ordered whichever way it was dragged", () => {
    expect(zoom(NOW, NOW - HOUR)).toEqual({ start: NOW - HOUR, end: NOW, isLive: false });
  });

  it("never closes to nothing", () => {
    const window = zoom(NOW, NOW + 3);
    expect(window.end - window.start).toBe(SPAN_MS_MIN);
  });

  it("stands still while time passes", () => {
    const window = zoom(NOW - HOUR, NOW);
    expect(follow(window, NOW + HOUR, false)).toBe(window);
  });

  it("pans by a third and comes back live at now", () => {
    const live = liveWindow(ONE_HOUR, NOW, RECORD);
    const back = pan(live, -1, NOW, RECORD);
    expect(back).toEqual({ start: NOW - (4 / 3) * HOUR, end: NOW - HOUR / 3, isLive: false });
    expect(pan(back, 1, NOW, RECORD)).toEqual(live);
  });

  it("comes back live though time went on meanwhile", () => {
    const back = pan(liveWindow(ONE_HOUR, NOW, RECORD), -1, NOW, RECORD);
    expect(pan(back, 1, NOW + 90_000, RECORD).isLive).toBe(true);
    expect(pan(back, 1, NOW + HOUR, RECORD).isLive).toBe(false);
  });

  it("pans no further than the record goes", () => {
    let window = liveWindow(ONE_HOUR, NOW, RECORD);
    for (let times = 0; times < 1_000; times++) window = pan(window, -1, NOW, RECORD);
    expect(window.start).toBe(RECORD.first - HOUR / 3);
    expect(window.end - window.start).toBeCloseTo(HOUR, 3);
  });

  it("stands for no button", () => {
    expect(spanOf(zoom(NOW - HOUR, NOW), RECORD)).toBeUndefined();
  });
});

describe("the axis", () => {
  it.each(SPANS.filter((span) => span.ms !== null))("has round ticks over $name", (span) => {
    const start = NOW - (span.ms as number);
    const found = ticks(start, NOW, 8);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.length).toBeLessThanOrEqual(9);
    for (const at of found) {
      expect(at).toBeGreaterThanOrEqual(start);
      expect(at).toBeLessThanOrEqual(NOW);
      expect(at % 1_000).toBe(0);
    }
  });

  it("puts daily ticks at the reader's own midnight", () => {
    for (const at of ticks(NOW - 7 * 24 * HOUR, NOW, 8)) {
      expect(new Date(at).getHours()).toBe(0);
    }
  });

  it("places a time between its ends", () => {
    expect(placeOf(NOW - HOUR / 4, NOW - HOUR, NOW)).toBe(0.75);
  });

  it("has columns equally apart, the last at its end", () => {
    const times = timesOf(NOW - HOUR, NOW, 12);
    expect(times).toHaveLength(12);
    expect(times.at(-1)).toBe(NOW);
    expect(times[1] ?? 0).toBe((times[0] ?? 0) + HOUR / 12);
    expect(times[0]).toBeGreaterThan(NOW - HOUR);
  });

  it("asks again rarely for long spans, never more than every 5 s", () => {
    expect(refreshMs(ONE_MINUTE.ms as number, 1_000)).toBe(5_000);
    expect(refreshMs(365 * 24 * HOUR, 1_000)).toBe(300_000);
  });
});

describe("a window that is zoomed", () => {
  const past = { start: NOW - 3 * HOUR, end: NOW - HOUR, isLive: false };

  it("keeps what is under the pointer where it is", () => {
    const at = NOW - 1.5 * HOUR;
    const window = scaled(past, 0.5, at, NOW);
    expect(window.end - window.start).toBe(HOUR);
    expect(placeOf(at, window.start, window.end)).toBeCloseTo(0.75);
  });

  it("stays live while it is, and becomes it where it reaches now", () => {
    expect(scaled(liveWindow(ONE_HOUR, NOW, RECORD), 0.5, null, NOW)).toEqual({
      start: NOW - HOUR / 2,
      end: NOW,
      isLive: true,
    });
    expect(scaled(past, 4, null, NOW)).toEqual({ start: NOW - 8 * HOUR, end: NOW, isLive: true });
  });

  it("is from a second to a century", () => {
    const spanAt = (factor: number) => {
      const { start, end } = scaled(past, factor, null, NOW);
      return end - start;
    };
    expect(spanAt(1e-9)).toBe(SPAN_MS_MIN);
    expect(spanAt(1e9)).toBe(SPAN_MS_MAX);
  });
});

describe("ticks of long spans", () => {
  it("are first days of months", () => {
    const found = ticks(NOW - 365 * 24 * HOUR, NOW, 12).map((at) => new Date(at));
    expect(found.length).toBeGreaterThan(5);
    expect(found.length).toBeLessThanOrEqual(12);
    for (const at of found) expect([at.getDate(), at.getHours()]).toEqual([1, 0]);
  });

  it("are years where there are many", () => {
    const found = ticks(NOW - 10 * 365.25 * 24 * HOUR, NOW, 10).map((at) => new Date(at));
    for (const at of found) expect([at.getMonth(), at.getDate()]).toEqual([0, 1]);
    expect(found.map((at) => at.getFullYear())).toEqual(
      Array.from({ length: found.length }, (_, place) => (found[0]?.getFullYear() ?? 0) + place),
    );
  });
});
