import { expect, test } from "vitest";
import { inWords, measured, placed, within } from "./calipers";

const PULSES = (at: number) => (at % 1_000 === 0 ? 1.2 : 0.1);

test("a second apart is 1000 ms and 60 a minute", () => {
  const found = measured({ a: 3_000, b: 4_000 }, PULSES);
  expect(found).toMatchObject({ ms: 1_000, perMinute: 60 });
  expect(inWords(found, "mV")).toEqual(["1000 ms", "60/min", "0.00 mV"]);
});

test("the difference is from the earlier to the later, whichever mark that is", () => {
  expect(measured({ a: 4_400, b: 4_000 }, PULSES).difference).toBeCloseTo(-1.1);
  expect(inWords(measured({ a: 3_600, b: 4_000 }, PULSES), "mV")).toEqual([
    "400 ms",
    "150/min",
    "+1.10 mV",
  ]);
});

test("in a gap there is no value, and none is made up", () => {
  const found = measured({ a: 0, b: 500 }, (at) => (at === 0 ? 1 : null));
  expect(found.difference).toBeNull();
  expect(inWords(found, "mV")).toEqual(["500 ms", "120/min", "no value in a gap"]);
});

test("marks on each other have no rate", () => {
  const found = measured({ a: 7, b: 7 }, () => -0.001);
  expect(inWords(found, "mV")).toEqual(["0 ms", "0.00 mV"]);
  expect(
    inWords(
      measured({ a: 0, b: 20 }, () => 0),
      "mmHg",
    ),
  ).toEqual(["20 ms", "0 mmHg"]);
});

test("marks are put where they are seen, and stay while they are", () => {
  expect(placed(0, 10_000)).toEqual({ a: 4_500, b: 5_500 });
  expect(within({ a: 10, b: 20 }, 0, 100)).toEqual({ a: 10, b: 20 });
  expect(within({ a: 10, b: 20 }, 100, 200)).toEqual({ a: 145, b: 155 });
  expect(within({ a: 20, b: 10 }, 100, 200)).toEqual({ a: 155, b: 145 });
  expect(within({ a: 0, b: 5_000 }, 100, 200)).toEqual({ a: 105, b: 195 });
});
