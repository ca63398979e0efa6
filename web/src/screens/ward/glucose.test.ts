import { expect, test } from "vitest";
import { heading, slope } from "./glucose";

const MINUTE = 60_000;
const line = (perMinute: number, minutes: number[]) =>
  minutes.map((one) => ({ at: one * MINUTE, value: 120 + perMinute * one }));
const FIVES = [0, 5, 10, 15, 20];

test("too short a past has no arrow", () => {
  expect(slope(line(2, [15, 20]), 20 * MINUTE)).toBeNull();
  expect(heading(null)).toBeNull();
});

test("what lies further back than twenty minutes does not count", () => {
  const points = [...line(0, [0, 5, 10]), ...line(2, [30, 35, 40, 45])];
  expect(slope(points, 45 * MINUTE)).toBeCloseTo(2, 6);
});

test("one noisy reading does not turn the arrow", () => {
  const points = line(0, FIVES).map((point, place) =>
    place === 2 ? { ...point, value: point.value + 25 } : point,
  );
  expect(heading(slope(points, 20 * MINUTE))?.words).toBe("steady");
});

test.each([
  [3.5, "rising very fast"],
  [2.5, "rising fast"],
  [1.5, "rising"],
  [1, "rising"],
  [0.6, "steady"],
  [-0.6, "steady"],
  [-1, "falling"],
  [-1.5, "falling"],
  [-2.5, "falling fast"],
  [-3.5, "falling very fast"],
])("%d mg/dL a minute is %s", (perMinute, words) => {
  expect(heading(perMinute)?.words).toBe(words);
});
