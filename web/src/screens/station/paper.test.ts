import { expect, test } from "vitest";
import { pagesOf } from "./paper";

test("ten seconds at 25 mm/s are 25 centimetres", () => {
  expect(pagesOf(0, 10_000, 25, ["ecg_ii"])).toEqual([
    [{ start: 0, end: 10_000, wide: 250, tall: 25 }],
  ]);
});

test("thirty seconds of four waves are three rows, and no row is cut by a page", () => {
  const pages = pagesOf(0, 30_000, 25, ["ecg_ii", "ecg_v", "arterial_pressure", "pleth"]);
  const rows = pages.flat();
  expect(rows.map(({ start, end }) => [start, end])).toEqual([
    [0, 11_000],
    [11_000, 22_000],
    [22_000, 30_000],
  ]);
  expect(pages.map((page) => page.length)).toEqual([2, 1]);
  for (const page of pages) {
    expect(page.reduce((sum, { tall }) => sum + tall + 5, 0)).toBeLessThanOrEqual(162);
  }
});

test("every row fits across the sheet at each speed", () => {
  for (const speed of [6.25, 12.5, 25, 50]) {
    for (const { wide } of pagesOf(500, 30_500, speed, ["ecg_ii", "pleth"]).flat()) {
      expect(wide).toBeLessThanOrEqual(280);
    }
  }
});
