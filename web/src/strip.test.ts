import { expect, test } from "vitest";
import { lanesOf, pathOf, runsOf, scaleOf, thinned, together, valueAt } from "./strip";

const stretch = (start: number, values: number[], scale = 1) => ({
  start,
  rate: 100, // a sample each 10 ms
  scale,
  samples: Int16Array.from(values),
});

test("stretches that follow each other are one line, a gap breaks it", () => {
  const runs = runsOf([stretch(0, [1, 2]), stretch(20, [3]), stretch(100, [4, 5])], 0, 1_000);
  expect(runs).toEqual([
    [
      [0, 1],
      [10, 2],
      [20, 3],
    ],
    [
      [100, 4],
      [110, 5],
    ],
  ]);
});

test("only what lies between the two moments, and nothing twice", () => {
  expect(runsOf([stretch(0, [1, 2, 3, 4])], 5, 20)).toEqual([
    [
      [10, 2],
      [20, 3],
    ],
  ]);
  expect(runsOf([stretch(0, [1, 2]), stretch(10, [2, 3])], 0, 100).flat()).toHaveLength(3);
});

test("a value is the nearest sample's, and none in a gap", () => {
  const stretches = [stretch(0, [10, 20], 0.5), stretch(100, [30])];
  expect(valueAt(stretches, 9)).toBe(10);
  expect(valueAt(stretches, 2)).toBe(5);
  expect(valueAt(stretches, 60)).toBeNull();
  expect(valueAt(stretches, 100)).toBe(30);
  expect(valueAt([], 0)).toBeNull();
});

test("millivolts have the gain that was chosen, whatever they are", () => {
  const runs = runsOf([stretch(0, [0, 1000], 0.005)], 0, 100);
  expect(scaleOf("ecg_ii", runs, 10, 30)).toEqual({ middle: 2.5, mmPerUnit: 10 });
  expect(scaleOf("ecg_ii", [], 10, 30)).toEqual({ middle: 0, mmPerUnit: 10 });
});

test("what is fitted fits its lane, in round steps", () => {
  const runs = runsOf([stretch(0, [80, 120])], 0, 100);
  const { middle, mmPerUnit } = scaleOf("arterial_pressure", runs, 10, 25);
  expect(middle).toBe(100);
  expect(mmPerUnit * 40).toBeLessThan(25);
  expect(mmPerUnit).toBeCloseTo(25 / 50);
  expect(scaleOf("pleth", [], "fit", 20).middle).toBe(0);
});

test("lanes fill the height by weight", () => {
  const lanes = lanesOf(["ecg_ii", "pleth"], 100);
  expect(lanes.map(({ top, height }) => [top, height])).toEqual([
    [0, 60],
    [60, 40],
  ]);
});

test("a gap moves the pen", () => {
  const runs = runsOf([stretch(0, [0, 1]), stretch(100, [1])], 0, 1_000);
  expect(
    pathOf(
      runs,
      (at) => at / 10,
      (value) => -value,
    ),
  ).toBe("M0.00 0.00L1.00 -1.00M10.00 -1.00");
});

test("the record says what was before this page listened, and no sample twice", () => {
  const found = together([stretch(0, [1, 2, 3, 4])], [stretch(20, [30, 40])]);
  expect(runsOf(found, 0, 100)).toEqual([
    [
      [0, 1],
      [10, 2],
      [20, 30],
      [30, 40],
    ],
  ]);
  expect(together([stretch(0, [1])], [])).toHaveLength(1);
});

test("a thinned line has two points a pixel at most, and keeps every spike", () => {
  const values = Array.from({ length: 1_000 }, (_, place) => (place === 617 ? 900 : place % 7));
  const [run = []] = runsOf([stretch(0, values)], 0, 1e6);
  const thin = thinned(run, 100);
  expect(thin.length).toBeLessThanOrEqual(200);
  expect(thin.map(([, value]) => value)).toContain(900);
  expect(thin.map(([at]) => at)).toEqual(thin.map(([at]) => at).sort((a, b) => a - b));
  expect(thinned(run, 1)).toEqual(run);
});
