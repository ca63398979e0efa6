// A score's chart as it is drawn: NEWS2 as the Royal College prints it, others from their table.
// Pure.

import type { Score, ScoreChart } from "../../words";
import { ACKNOWLEDGEMENT, type Band, PARAMETERS, type Parameter, type Points } from "./news2_bands";

export type Sheet = {
  name: string;
  title: string;
  /** Which of the score's charts this is, an age band; null where one sheet holds all. */
  chart: string | null;
  isColours: boolean;
  parameters: Parameter[];
  source: string;
};

type Cell = ScoreChart["parameters"][number]["bands"][number];

/** How strongly a cell is coloured: one point the least, the most points the most. */
export function weightOfPoints(points: number, isColours: boolean): Points {
  if (points === 0) return 0;
  if (isColours) return points === 1 ? 1 : 3;
  return points >= 3 ? 3 : points === 2 ? 2 : 1;
}

const COLOURS = ["", "yellow", "red"];

function bandFrom(cell: Cell, byPoints: boolean, isColours: boolean): Band {
  const low = cell.low ?? Number.NEGATIVE_INFINITY;
  const high = cell.high ?? Number.POSITIVE_INFINITY;
  return {
    label: cell.text,
    points: weightOfPoints(cell.points, isColours),
    said: isColours ? (COLOURS[cell.points] ?? "") : String(cell.points || ""),
    holds: (value, _, points) => {
      if (byPoints) return points === cell.points;
      const number = Number(value);
      return Number.isNaN(number) ? value === cell.text : number >= low && number <= high;
    },
  };
}

/** A sheet from a score's own table. */
export function sheetFrom(chart: ScoreChart): Sheet {
  const parameters = chart.parameters.map((one) => ({
    parameter: one.parameter,
    group: "",
    title: one.label,
    unit: one.unit,
    bands: one.bands.map((cell) => bandFrom(cell, one.by_points, chart.colours)),
  }));
  const title = chart.chart ? `${chart.label}, ${chart.chart}` : chart.label;
  const { name, colours: isColours, about: source } = chart;
  return { name, title, chart: chart.chart, isColours, parameters, source };
}

/** The sheet of the newest score of a span; NEWS2's where there is none. */
export function sheetOf(
  scores: readonly Score[],
  charts: readonly ScoreChart[],
  scale: number,
): Sheet {
  const newest = scores.at(-1);
  const chart = charts.find((one) => one.name === newest?.name && one.chart === newest.chart);
  if (chart && chart.name !== "news2") return sheetFrom(chart);
  const title = `NEWS2 observation chart, SpO₂ scale ${scale}`;
  const [parameters, source] = [PARAMETERS, ACKNOWLEDGEMENT];
  return { name: "news2", title, chart: null, isColours: false, parameters, source };
}

/** Whether a score was read from this very sheet: over a birthday there are two. */
export function isOfSheet(score: Score, sheet: Sheet): boolean {
  return score.name === sheet.name && (sheet.chart === null || score.chart === sheet.chart);
}
