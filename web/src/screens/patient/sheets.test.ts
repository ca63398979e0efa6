import { expect, test } from "vitest";
import type { Score, ScoreChart } from "../../words";
import { bandOf } from "./news2_bands";
import { isOfSheet, sheetFrom, sheetOf, weightOfPoints } from "./sheets";

const cell = (text: string, points: number, low: number | null, high: number | null) => ({
  text,
  points,
  low,
  high,
});
const CHART: ScoreChart = {
  name: "bedside_pews",
  label: "Bedside PEWS",
  chart: "4 to 11 years",
  colours: false,
  about: "Parshuram 2009",
  parameters: [
    {
      parameter: "heart_rate",
      label: "Heart rate",
      unit: "/min",
      by_points: false,
      bands: [cell("≥150", 4, 150, null), cell("71–149", 0, 71, 149), cell("≤70", 1, null, 70)],
    },
    {
      parameter: "respiratory_effort",
      label: "Effort",
      unit: "",
      by_points: false,
      bands: [cell("normal", 0, 0, 0), cell("severe", 4, 3, 3)],
    },
    {
      parameter: "oxygen_therapy",
      label: "Oxygen",
      unit: "",
      by_points: true,
      bands: [cell("air", 0, null, null), cell("≥50 %", 4, null, null)],
    },
  ],
};
const score = (name: string, chart: string) => ({ name, chart }) as Score;

function rowOf(place: number, value: string, points: number | null = null) {
  const parameter = sheetFrom(CHART).parameters[place];
  return parameter ? bandOf(parameter, value, 1, true, points) : -1;
}

test("a number stands in its band, both bounds included", () => {
  expect(["150", "149", "71", "70", "0"].map((value) => rowOf(0, value))).toEqual([0, 1, 1, 2, 2]);
});

test("a word stands where it is written", () => {
  expect(rowOf(1, "severe")).toBe(1);
  expect(rowOf(1, "mild")).toBe(-1);
});

test("what may come from several vitals stands by its points; in no row while these are open", () => {
  expect(rowOf(2, "60 %", 4)).toBe(1);
  expect(rowOf(2, "oxygen", null)).toBe(-1);
});

test("more points are never paler; a red is as strong as can be", () => {
  expect([0, 1, 2, 3, 4].map((points) => weightOfPoints(points, false))).toEqual([0, 1, 2, 3, 3]);
  expect([0, 1, 2].map((points) => weightOfPoints(points, true))).toEqual([0, 1, 3]);
});

test("the newest score of the span chooses the sheet", () => {
  const scores = [score("bedside_pews", "1 to 3 years"), score("bedside_pews", "4 to 11 years")];
  const sheet = sheetOf(scores, [CHART], 1);
  expect(sheet.title).toBe("Bedside PEWS, 4 to 11 years");
  expect(scores.map((one) => isOfSheet(one, sheet))).toEqual([false, true]);
  expect(sheetOf([], [], 2).title).toBe("NEWS2 observation chart, SpO₂ scale 2");
});

test("one sheet of NEWS2 holds both scales", () => {
  const sheet = sheetOf([score("news2", "")], [], 1);
  expect(isOfSheet(score("news2", "SpO₂ scale 2"), sheet)).toBe(true);
});
