import { describe, expect, it } from "vitest";
import {
  follow,
  liveWindow,
  pan,
  placeOf,
  refreshMs,
  SPAN_MS_MIN,
  SPANS,
  spanOf,
  ticks,
  timesOf,
  zoom,
} from "./axis";

const NOW = Date.UTC(2026, 10, 24, 6, 30);
const HOUR = 3_600_000;
const RECORD = { first: NOW - 50 * HOUR, last: NOW };
const [ONE_MINUTE, , ONE_HOUR, , , , ALL] = SPANS;

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
