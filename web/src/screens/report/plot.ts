// Where the lines and bands of a report's plot lie. Pure.

import type { Plot } from "../../report-api";

export const WIDTH = 720;
export const HEIGHT = 240;
export const LEFT = 48;
const RIGHT = 6;
const TOP = 10;
const BOTTOM = 26;
const AIR = 0.06;

type Line = readonly (number | null)[];
export type Scale = { x: (at: number) => number; y: (value: number) => number };

/** All that is drawn, with some air above and below. */
export function scaleOf(plot: Plot): Scale {
  const lines: Line[] = [
    ...(plot.curves ?? []).map(({ values }) => values),
    ...(plot.bands ?? []).flatMap(({ low, high }) => [low, high]),
    plot.target ?? [],
  ];
  const values = lines.flat().filter((each): each is number => each !== null);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const air = (most - least) * AIR || 1;
  const [low, high] = [least - air, most + air];
  const ends = [...plot.x, ...plot.ticks.map(([at]) => Number(at))];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  return {
    x: (at) => LEFT + ((at - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT),
    y: (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM),
  };
}

/** Where the axis says a number: at the bounds of the target, or else at the least and the most. */
export function marksOf(plot: Plot): number[] {
  const bounds = (plot.target ?? []).filter((each): each is number => each !== null);
  if (bounds.length > 0) return bounds;
  const values = (plot.curves ?? []).flatMap(({ values }) => values);
  const drawn = values.filter((each): each is number => each !== null);
  return [...new Set([Math.min(...drawn), Math.max(...drawn)])];
}

/** A line with a gap wherever there is no value. */
export function path(x: readonly number[], values: Line, scale: Scale): string {
  let isDown = false;
  return values
    .map((value, place) => {
      if (value === null) {
        isDown = false;
        return "";
      }
      const step = `${isDown ? "L" : "M"}${point(x[place] ?? 0, value, scale)}`;
      isDown = true;
      return step;
    })
    .join("");
}

/** Around each piece of a band that has no gap: along its top, and back along its bottom. */
export function outline(x: readonly number[], low: Line, high: Line, scale: Scale): string {
  const pieces: [number, number, number][][] = [[]];
  x.forEach((at, place) => {
    const [under, over] = [low[place] ?? null, high[place] ?? null];
    if (under === null || over === null) pieces.push([]);
    else pieces.at(-1)?.push([at, under, over]);
  });
  return pieces
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const there = piece.map(([at, , over]) => point(at, over, scale));
      const back = piece.map(([at, under]) => point(at, under, scale)).reverse();
      return `M${[...there, ...back].join("L")}Z`;
    })
    .join("");
}

function point(at: number, value: number, { x, y }: Scale): string {
  return `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
}
