// A stretch of waves as a picture that stands still: on glass or on paper, in millimetres. Pure.

import type { WaveName } from "./frame";
import { stepAbove } from "./gain";
import { DRAWN, type Gain } from "./wave-looks";

/** Samples without a gap; a value is a sample times `scale`. Times are the device's own, in ms. */
export type Stretch = { start: number; rate: number; scale: number; samples: ArrayLike<number> };
export type Wave = { wave: WaveName; stretches: readonly Stretch[] };
export type Point = [at: number, value: number];

const stepOf = ({ rate }: Stretch): number => 1000 / rate;
const endOf = (one: Stretch): number => one.start + one.samples.length * stepOf(one);
/** As in a live trace: a sample later than this after the one before does not follow it. */
const JOINED_STEPS = 1.6;

/** The lines to draw between two moments: a new one after each gap. */
export function runsOf(stretches: readonly Stretch[], from: number, to: number): Point[][] {
  const runs: Point[][] = [];
  let last = -Infinity;
  for (const stretch of stretches) {
    const step = stepOf(stretch);
    const first = Math.max(0, Math.ceil((from - stretch.start) / step));
    const end = Math.min(stretch.samples.length, Math.floor((to - stretch.start) / step) + 1);
    for (let place = first; place < end; place++) {
      const at = stretch.start + place * step;
      if (at <= last) continue; // told twice
      if (at - last >= JOINED_STEPS * step) runs.push([]);
      runs.at(-1)?.push([at, (stretch.samples[place] ?? 0) * stretch.scale]);
      last = at;
    }
  }
  return runs;
}

/** What a wave was at a moment: the nearest sample, or null in a gap. */
export function valueAt(stretches: readonly Stretch[], at: number): number | null {
  for (const stretch of stretches) {
    const step = stepOf(stretch);
    if (at < stretch.start - step / 2 || at > endOf(stretch)) continue;
    const place = Math.round((at - stretch.start) / step);
    const sample = stretch.samples[Math.min(place, stretch.samples.length - 1)];
    if (sample !== undefined) return sample * stretch.scale;
  }
  return null;
}

/** What `middle` is drawn in the middle of, and how many millimetres a unit has. */
export type Scale = { middle: number; mmPerUnit: number };

/** The scale of one wave in a lane `mm` high: the chosen gain for millivolts, else fitted. */
export function scaleOf(wave: WaveName, runs: readonly Point[][], gain: Gain, mm: number): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const run of runs) {
    for (const [, value] of run) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const { floor, unit } = DRAWN[wave];
  const middle = low > high ? 0 : (low + high) / 2;
  if (unit === "mV" && gain !== "fit") return { middle, mmPerUnit: gain };
  if (low > high) return { middle, mmPerUnit: mm / floor };
  return { middle, mmPerUnit: mm / stepAbove(Math.max((high - low) * 1.12, floor)) };
}

export type Lane = { wave: WaveName; top: number; height: number };

/** Lanes below each other, each with its share of the height. */
export function lanesOf(waves: readonly WaveName[], height: number): Lane[] {
  const weights = waves.reduce((sum, wave) => sum + DRAWN[wave].weight, 0);
  let top = 0;
  return waves.map((wave) => {
    const lane = { wave, top, height: (height * DRAWN[wave].weight) / weights };
    top += lane.height;
    return lane;
  });
}

/** An SVG path of these lines; `x` and `y` place a moment and a value. */
export function pathOf(
  runs: readonly Point[][],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  const place = ([at, value]: Point) => `${x(at).toFixed(2)} ${y(value).toFixed(2)}`;
  return runs.map((run) => `M${run.map(place).join("L")}`).join("");
}

/**
 * No more points than can be seen: of each `ms` (a pixel) the least and the greatest, in the order
 * in which they came. A spike of one sample is still as high as it was.
 */
export function thinned(run: readonly Point[], ms: number): Point[] {
  const kept: Point[] = [];
  let place = 0;
  while (place < run.length) {
    const column = Math.floor((run[place] as Point)[0] / ms);
    let low = place;
    let high = place;
    for (; place < run.length && Math.floor((run[place] as Point)[0] / ms) === column; place++) {
      if ((run[place] as Point)[1] < (run[low] as Point)[1]) low = place;
      if ((run[place] as Point)[1] > (run[high] as Point)[1]) high = place;
    }
    kept.push(run[Math.min(low, high)] as Point);
    if (low !== high) kept.push(run[Math.max(low, high)] as Point);
  }
  return kept;
}

/** A record's stretches with those this page heard itself: where both have it, what was heard. */
export function together(recorded: readonly Stretch[], heard: readonly Stretch[]): Stretch[] {
  const first = heard[0]?.start ?? Infinity;
  const before = recorded.flatMap((stretch) => {
    const step = stepOf(stretch);
    const count = Math.min(
      stretch.samples.length,
      Math.max(0, Math.ceil((first - stretch.start) / step - 0.5)),
    );
    return count > 0
      ? [{ ...stretch, samples: Array.prototype.slice.call(stretch.samples, 0, count) }]
      : [];
  });
  return [...before, ...heard];
}
