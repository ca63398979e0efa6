// What fits on a sheet of A4, lying across. Pure; millimetres.

import type { WaveName } from "../../frame";
import { DRAWN } from "../../wave-looks";

/** 297 x 210 mm with 8 mm on each side, and room for the words above and below. */
const WIDE = 280;
const TALL = 162;
/** A lane of weight 1; a lead of an ECG has 22 mm, 2.2 mV at 10 mm/mV: two rows of four a page. */
const LANE = 15;
const TIMES = 5;
const LANES_MAX = 5;

export type Row = { start: number; end: number; wide: number; tall: number };

/** Rows of whole seconds, page by page, each row with all waves below each other. */
export function pagesOf(
  start: number,
  end: number,
  speed: number,
  waves: readonly WaveName[],
): Row[][] {
  const seconds = Math.max(1, Math.floor(WIDE / speed));
  const weights = waves.slice(0, LANES_MAX).reduce((sum, wave) => sum + DRAWN[wave].weight, 0);
  // Whole squares of five millimetres.
  const tall = Math.ceil((Math.max(1, weights) * LANE) / 5) * 5;
  const rows: Row[] = [];
  for (let at = start; at < end - 1; at += seconds * 1000) {
    const last = Math.min(end, at + seconds * 1000);
    rows.push({ start: at, end: last, wide: Math.ceil(((last - at) / 1000) * speed), tall });
  }
  const most = Math.max(1, Math.floor(TALL / (tall + TIMES)));
  const pages: Row[][] = [];
  for (let first = 0; first < rows.length; first += most) {
    pages.push(rows.slice(first, first + most));
  }
  return pages;
}
