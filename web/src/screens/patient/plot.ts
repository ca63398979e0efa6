/** How a panel is drawn: uPlot's options, from a panel of the table. */

import uPlot from "uplot";
import { CLOCK } from "../../freshness";
import { written } from "../../units";
import type { Alarm, Observation } from "../../words";
import { ticks, type Window } from "./axis";
import { type Panel, rangeOf, valueTicks } from "./panels";
import type { Columns } from "./series";

/** The room left of every plot; the lanes above keep the same, so that one axis serves all. */
export const GUTTER = 46;
const AXIS_HEIGHT = 24;
// A label whose middle is nearer to the right edge than this would be cut.
const LABEL_HALF = 20;
const PLOT_HEIGHT = 82;
// Where one or two vitals are all there is, they have the screen.
const TALL_HEIGHT = 230;
// A vital that was not measured in this span keeps its place, but needs no room for a curve.
const EMPTY_HEIGHT = 34;
// Above this many points to a 100 pixels the points melt into the line.
const POINTS_DENSE = 4;
// Ticks as far apart as this are a month's or a year's first day (axis.ts).
const MONTHS_FROM = 28 * 86_400_000;
const YEARS_FROM = 360 * 86_400_000;

export type PlotSize = { isEmpty: boolean; isTall: boolean; hasAxis: boolean };

/** How high a panel's plot stands, in CSS pixels: its place is kept before it is drawn. */
export function heightOf({ isEmpty, isTall, hasAxis }: PlotSize): number {
  const body = isEmpty ? EMPTY_HEIGHT : isTall ? TALL_HEIGHT : PLOT_HEIGHT;
  return body + (hasAxis ? AXIS_HEIGHT : 0);
}

export type Palette = {
  line: string;
  second: string;
  band: string;
  grid: string;
  text: string;
  alarm: Record<Alarm["priority"], string>;
};

/** What changes while a plot lives; read at every drawing. */
export type Shown = {
  window: Window;
  alarms: readonly Alarm[];
  entered: readonly Observation[];
};

export type PlotWishes = PlotSize & {
  panel: Panel;
  shown: { current: Shown };
  palette: Palette;
  width: number;
  decimals: number;
  onZoom: (from: number, to: number) => void;
  onCursor: (at: number | null) => void;
};

export function plotOptions(wishes: PlotWishes): uPlot.Options {
  const { panel, palette, hasAxis } = wishes;
  const seconds = () => {
    const { start, end } = wishes.shown.current.window;
    return [start / 1_000, end / 1_000] as [number, number];
  };
  return {
    width: wishes.width,
    height: heightOf(wishes),
    padding: [8, 0, hasAxis ? 0 : 8, 0],
    legend: { show: false },
    scales: {
      x: { time: true, auto: false, range: seconds },
      y: { range: (_, low, high) => rangeOf(panel, low, high) },
    },
    axes: [timeAxis(wishes), valueAxis(wishes)],
    series: seriesOptions(wishes),
    bands: bandsOf(wishes),
    cursor: {
      sync: { key: "homeward-chart", setSeries: false },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: { show: false },
      y: false,
    },
    hooks: {
      drawClear: [(plot) => drawAlarms(plot, wishes)],
      draw: [
        ...(panel.isPressure ? [(plot: uPlot) => drawPressures(plot, palette)] : []),
        (plot) => drawEntered(plot, wishes),
      ],
      setSelect: [(plot) => tellZoom(plot, wishes.onZoom)],
      setCursor: [(plot) => tellCursor(plot, wishes.onCursor)],
    },
  };
}

function tellZoom(plot: uPlot, onZoom: PlotWishes["onZoom"]): void {
  const { left, width } = plot.select;
  if (width < 6) return;
  onZoom(plot.posToVal(left, "x") * 1_000, plot.posToVal(left + width, "x") * 1_000);
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function tellCursor(plot: uPlot, onCursor: PlotWishes["onCursor"]): void {
  const left = plot.cursor.left ?? -1;
  onCursor(left < 0 ? null : plot.posToVal(left, "x") * 1_000);
}

function timeAxis({ palette, hasAxis, shown }: PlotWishes): uPlot.Axis {
  return {
    show: true,
    size: hasAxis ? AXIS_HEIGHT : 0,
    stroke: palette.text,
    font: "12px Inter Variable, DejaVu Sans, sans-serif",
    gap: 4,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: hasAxis, stroke: palette.grid, size: 5, width: 1 },
    splits: (plot) => {
      const { start, end } = shown.current.window;
      const most = Math.max(2, Math.floor(plot.width / 90));
      return ticks(start, end, most).map((at) => at / 1_000);
    },
    values: (plot, splits) => (hasAxis ? timeLabels(plot, splits) : splits.map(() => "")),
  };
}

/** Times of day, a day's name where a new day begins; months, then years; seconds where they differ. */
function timeLabels(plot: uPlot, splits: number[]): string[] {
  const step = ((splits[1] ?? 0) - (splits[0] ?? 0)) * 1_000;
  const needsSeconds = step > 0 && step < 60_000;
  return splits.map((at) => {
    const moment = new Date(at * 1_000);
    if (plot.valToPos(at, "x") > plot.width - GUTTER - LABEL_HALF) return "";
    if (step >= MONTHS_FROM) {
      const month = step < YEARS_FROM ? ({ month: "short" } as const) : {};
      return moment.toLocaleDateString([], { ...month, year: "numeric" });
    }
    if (moment.getHours() === 0 && moment.getMinutes() === 0 && moment.getSeconds() === 0) {
      return moment.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" });
    }
    return moment.toLocaleTimeString([], {
      ...CLOCK,
      second: needsSeconds ? "2-digit" : undefined,
    });
  });
}

function valueAxis({ palette, decimals, isEmpty }: PlotWishes): uPlot.Axis {
  return {
    size: GUTTER,
    stroke: palette.text,
    font: "12px Inter Variable, DejaVu Sans, sans-serif",
    gap: 6,
    space: 26,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
    splits: (_, __, low, high) => (isEmpty ? [] : valueTicks(low, high)),
    values: (_, splits) => splits.map((value) => labelOf(value, decimals)),
  };
}

function labelOf(value: number, decimals: number): string {
  return written(value, { decimals: Number.isInteger(value) ? 0 : Math.max(decimals, 1) });
}

/** Each vital is three columns: low and high, unseen edges of the band, and the mean's line. */
function seriesOptions({ panel, palette }: PlotWishes): uPlot.Series[] {
  const drawn = panel.vitals.flatMap((_, index) => {
    const stroke = index === 0 ? palette.line : palette.second;
    const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
    const mean: uPlot.Series = {
      stroke: panel.isPressure ? "transparent" : stroke,
      width: 1.5,
      dash: index === 0 ? undefined : [3, 3],
      points: { show: !panel.isPressure, filter: seenAlone, size: 5, stroke, fill: stroke },
    };
    return [edge, edge, mean];
  });
  return [{}, ...drawn];
}

/** Points to draw: all while there is room, else those that no line joins to another. */
function seenAlone(plot: uPlot, series: number): number[] | null {
  const values = plot.data[series] ?? [];
  const each = (values.length / Math.max(1, plot.width)) * 100;
  if (each < POINTS_DENSE) return null;
  // `undefined` is where only another vital was measured: no hole in this one's line.
  const mine = Array.from(values.keys()).filter((index) => values[index] !== undefined);
  const isHole = (place: number) => typeof values[mine[place] ?? -1] !== "number";
  return mine.filter((_, place) => !isHole(place) && isHole(place - 1) && isHole(place + 1));
}

function bandsOf({ panel, palette }: PlotWishes): uPlot.Band[] {
  if (panel.isPressure) return [];
  return panel.vitals.map((_, index) => ({
    series: [index * 3 + 2, index * 3 + 1],
    fill: index === 0 ? palette.band : "transparent",
  }));
}

/** Alarms as pale stretches behind every panel: the eye sees what moved when it sounded. */
function drawAlarms(plot: uPlot, { shown, palette }: PlotWishes): void {
  const { left, top, width, height } = plot.bbox;
  const { window, alarms } = shown.current;
  const pen = plot.ctx;
  pen.save();
  pen.globalAlpha = 0.07;
  for (const alarm of alarms) {
    if (alarm.kind !== "physiological") continue;
    const from = Math.max(alarm.raised, window.start) / 1_000;
    const to = Math.min(alarm.cleared ?? alarm.resolved ?? window.end, window.end) / 1_000;
    const x = plot.valToPos(from, "x", true);
    const breadth = Math.max(2, plot.valToPos(to, "x", true) - x);
    if (to < from || x > left + width) continue;
    pen.fillStyle = palette.alarm[alarm.priority];
    pen.fillRect(x, top, Math.min(breadth, left + width - x), height);
  }
  pen.restore();
}

/** What people entered: a ring around the value; a corrected one struck, where it had stood. */
function drawEntered(plot: uPlot, { panel, shown, palette }: PlotWishes): void {
  const ratio = uPlot.pxRatio;
  const { left, top, width, height } = plot.bbox;
  const pen = plot.ctx;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.lineWidth = 1.5 * ratio;
  for (const { at, values, corrected_by } of shown.current.entered) {
    for (const { vital, value } of values) {
      if (value === null || !panel.vitals.includes(vital)) continue;
      const x = plot.valToPos(at / 1_000, "x", true);
      const y = Math.min(Math.max(plot.valToPos(value, "y", true), top), top + height);
      pen.strokeStyle = corrected_by === null ? palette.line : palette.second;
      pen.beginPath();
      pen.arc(x, y, 5 * ratio, 0, 2 * Math.PI);
      if (corrected_by !== null) {
        pen.moveTo(x - 7 * ratio, y + 7 * ratio);
        pen.lineTo(x + 7 * ratio, y - 7 * ratio);
      }
      pen.stroke();
    }
  }
  pen.restore();
}

/** Each pressure as the paper chart draws it: a bar from diastolic to systolic, with a foot. */
function drawPressures(plot: uPlot, palette: Palette): void {
  const [times, , systolicHigh, systolic, diastolicLow, , diastolic, , , mean] = plot.data;
  if (!times || !systolic || !diastolic) return;
  const ratio = uPlot.pxRatio;
  const pen = plot.ctx;
  const { left, width } = plot.bbox;
  const foot = Math.min(4, (width / Math.max(1, times.length)) * 0.4) * ratio;
  pen.save();
  pen.beginPath();
  pen.rect(left, plot.bbox.top, width, plot.bbox.height);
  pen.clip();
  pen.strokeStyle = palette.line;
  pen.setLineDash([]);
  pen.lineWidth = 1.5 * ratio;
  times.forEach((at, index) => {
    const high = systolicHigh?.[index] ?? systolic[index];
    const low = diastolicLow?.[index] ?? diastolic[index];
    if (high == null || low == null) return;
    const x = Math.round(plot.valToPos(at, "x", true));
    const above = plot.valToPos(high, "y", true);
    const below = plot.valToPos(low, "y", true);
    const middle = mean?.[index];
    pen.beginPath();
    pen.moveTo(x, above);
    pen.lineTo(x, below);
    for (const y of [above, below]) {
      pen.moveTo(x - foot, y);
      pen.lineTo(x + foot, y);
    }
    pen.stroke();
    if (middle == null || foot < 2 * ratio) return;
    pen.fillStyle = palette.line;
    pen.fillRect(
      x - 2 * ratio,
      plot.valToPos(middle, "y", true) - 1.5 * ratio,
      4 * ratio,
      3 * ratio,
    );
  });
  pen.restore();
}

/** The columns of a panel's vitals over one x; `undefined` where only another has a point. */
export function joined(columns: Columns[]): uPlot.AlignedData {
  const [only] = columns;
  if (columns.length === 1 && only) return only;
  return uPlot.join(columns as uPlot.AlignedData[]);
}
