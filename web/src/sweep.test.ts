import { expect, test } from "vitest";
import { drawFrom, placeOf, sweepMs, wiped, wraps } from "./sweep";

// 25 mm/s at 4 pixels a millimetre: 100 pixels a second; 500 pixels are five seconds.
const SWEEP = { width: 500, pixelsPerMs: 0.1, erase: 16 };

test("a second is 25 millimetres wide", () => {
  expect(sweepMs(SWEEP)).toBe(5_000);
  expect(placeOf(SWEEP, 11_000) - placeOf(SWEEP, 10_000)).toBeCloseTo(100);
});

test("a moment keeps its place, whatever is missing around it", () => {
  const places = [20_000, 20_100, 23_000].map((at) => placeOf(SWEEP, at));
  expect(places).toEqual([0, 10, 300]);
  expect(placeOf(SWEEP, 25_000)).toBe(0);
  expect(placeOf(SWEEP, -1_000)).toBe(400);
});

test("the pen wipes what it is about to draw on, and a bar before it", () => {
  expect(wiped(SWEEP, 20_100, 20_200)).toEqual([[11, 36]]);
});

test("at the edge the bar goes around before the pen does", () => {
  expect(wiped(SWEEP, 24_800, 24_900)).toEqual([
    [481, 500],
    [0, 6],
  ]);
  expect(wraps(SWEEP, 24_800, 24_900)).toBe(false);
  expect(wiped(SWEEP, 24_900, 25_100)).toEqual([
    [491, 500],
    [0, 26],
  ]);
  expect(wraps(SWEEP, 24_900, 25_100)).toBe(true);
});

test("what is drawn already is not drawn again, and after a rest not what has no place any more", () => {
  expect(drawFrom(SWEEP, 20_000, 20_016)).toBe(20_000);
  expect(drawFrom(SWEEP, null, 20_000)).toBe(15_500);
  expect(drawFrom(SWEEP, 1_000, 20_000)).toBe(15_500); // hidden for long
  expect(drawFrom(SWEEP, 20_100, 20_000)).toBe(20_100); // the pen waits
  expect(drawFrom(SWEEP, 90_000, 20_000)).toBe(15_500); // the clock was set back
});
