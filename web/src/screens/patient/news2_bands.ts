/**
 * The NEWS2 chart of the Royal College of Physicians (2017): its rows, order and weights.
 *
 * The chart may be reproduced, in colour and unmodified, with acknowledgement. Several rows may
 * weigh the same (12-14, 15-17, 18-20 breaths): the chart shows the course, not only the score.
 */

import { lookOf } from "../../score";
import type { Score } from "../../words";

export type Points = 0 | 1 | 2 | 3;

/** One printed row. `holds` says whether an observation, rounded as NEWS2 rounds it, is in it. */
export type Band = {
  label: string;
  points: Points;
  holds: (value: string, air: boolean, points?: number | null) => boolean;
  /** What stands in the points' column, where that is not the weight itself. */
  said?: string;
};

export type Parameter = {
  /** The score's own name of this input. */
  parameter: string;
  /** The letter the chart files it under: A+B, C, D, E. */
  group: string;
  title: string;
  unit: string;
  /** Drawn only for patients on this SpO2 scale; the other scale's rows stay empty. */
  scale?: 1 | 2;
  bands: Band[];
};

/** low..high inclusive after rounding to a whole number; undefined is open. */
function whole(label: string, points: Points, low?: number, high?: number): Band {
  return { label, points, holds: (value) => isWithin(Math.round(Number(value)), low, high) };
}

/** The same, to a tenth: temperature. */
function tenth(label: string, points: Points, low?: number, high?: number): Band {
  return {
    label,
    points,
    holds: (value) => isWithin(Math.round(Number(value) * 10) / 10, low, high),
  };
}

/** SpO2 on scale 2, where the same saturation weighs differently on air and on oxygen. */
function breathing(
  isAir: boolean,
  label: string,
  points: Points,
  low: number,
  high?: number,
): Band {
  const band = whole(label, points, low, high);
  return { ...band, holds: (value, air) => air === isAir && band.holds(value, air) };
}

function word(label: string, points: Points, ...words: string[]): Band {
  return { label, points, holds: (value) => words.includes(value.toLowerCase()) };
}

function isWithin(value: number, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY) {
  return value >= low && value <= high;
}

export const PARAMETERS: Parameter[] = [
  {
    parameter: "respiratory_rate",
    group: "A+B",
    title: "Respirations",
    unit: "breaths/min",
    bands: [
      whole("≥25", 3, 25),
      whole("21–24", 2, 21, 24),
      whole("18–20", 0, 18, 20),
      whole("15–17", 0, 15, 17),
      whole("12–14", 0, 12, 14),
      whole("9–11", 1, 9, 11),
      whole("≤8", 3, undefined, 8),
    ],
  },
  {
    parameter: "oxygen_saturation",
    group: "A+B",
    title: "SpO₂ scale 1",
    unit: "%",
    scale: 1,
    bands: [
      whole("≥96", 0, 96),
      whole("94–95", 1, 94, 95),
      whole("92–93", 2, 92, 93),
      whole("≤91", 3, undefined, 91),
    ],
  },
  {
    parameter: "oxygen_saturation",
    group: "A+B",
    title: "SpO₂ scale 2",
    unit: "%",
    scale: 2,
    bands: [
      breathing(false, "≥97 on O₂", 3, 97),
      breathing(false, "95–96 on O₂", 2, 95, 96),
      breathing(false, "93–94 on O₂", 1, 93, 94),
      breathing(true, "≥93 on air", 0, 93),
      whole("88–92", 0, 88, 92),
      whole("86–87", 1, 86, 87),
      whole("84–85", 2, 84, 85),
      whole("≤83", 3, undefined, 83),
    ],
  },
  {
    parameter: "on_oxygen",
    group: "A+B",
    title: "Air or oxygen?",
    unit: "",
    bands: [
      word("Air", 0, "air", "false", "no", "0"),
      word("Oxygen", 2, "oxygen", "true", "yes", "1"),
    ],
  },
  {
    parameter: "systolic",
    group: "C",
    title: "Blood pressure",
    unit: "mmHg, systolic",
    bands: [
      whole("≥220", 3, 220),
      whole("201–219", 0, 201, 219),
      whole("181–200", 0, 181, 200),
      whole("161–180", 0, 161, 180),
      whole("141–160", 0, 141, 160),
      whole("121–140", 0, 121, 140),
      whole("111–120", 0, 111, 120),
      whole("101–110", 1, 101, 110),
      whole("91–100", 2, 91, 100),
      whole("81–90", 3, 81, 90),
      whole("71–80", 3, 71, 80),
      whole("61–70", 3, 61, 70),
      whole("51–60", 3, 51, 60),
      whole("≤50", 3, undefined, 50),
    ],
  },
  {
    parameter: "pulse",
    group: "C",
    title: "Pulse",
    unit: "beats/min",
    bands: [
      whole("≥131", 3, 131),
      whole("121–130", 2, 121, 130),
      whole("111–120", 2, 111, 120),
      whole("101–110", 1, 101, 110),
      whole("91–100", 1, 91, 100),
      whole("81–90", 0, 81, 90),
      whole("71–80", 0, 71, 80),
      whole("61–70", 0, 61, 70),
      whole("51–60", 0, 51, 60),
      whole("41–50", 1, 41, 50),
      whole("31–40", 3, 31, 40),
      whole("≤30", 3, undefined, 30),
    ],
  },
  {
    parameter: "consciousness",
    group: "D",
    title: "Consciousness",
    unit: "new onset of confusion scores",
    bands: [
      word("Alert", 0, "a", "alert"),
      word("Confusion", 3, "c", "confusion", "new confusion"),
      word("Voice", 3, "v", "voice"),
      word("Pain", 3, "p", "pain"),
      word("Unresponsive", 3, "u", "unresponsive"),
    ],
  },
  {
    parameter: "temperature",
    group: "E",
    title: "Temperature",
    unit: "°C",
    bands: [
      tenth("≥39.1", 2, 39.1),
      tenth("38.1–39.0", 1, 38.1, 39),
      tenth("37.1–38.0", 0, 37.1, 38),
      tenth("36.1–37.0", 0, 36.1, 37),
      tenth("35.1–36.0", 1, 35.1, 36),
      tenth("≤35.0", 3, undefined, 35),
    ],
  },
];

/** The row an observation belongs in, or -1: the wrong scale, or no such row. */
export function bandOf(
  parameter: Parameter,
  value: string | null,
  scale: number,
  air: boolean,
  points: number | null = null,
) {
  if (value === null || (parameter.scale !== undefined && parameter.scale !== scale)) return -1;
  return parameter.bands.findIndex((band) => band.holds(value, air, points));
}

/** Whether a value of the air-or-oxygen input says air; unknown counts as air, as NEWS2 scores. */
export function isOnAir(value: string | null): boolean {
  const [, oxygen] = PARAMETERS.find(({ parameter }) => parameter === "on_oxygen")?.bands ?? [];
  return value === null || !oxygen?.holds(value, true);
}

type Timed = { at: number };

// A reading older than this no longer says what is observed now (NEWS2 inputs of a monitor).
const OBSERVED_WITHIN_MS = 10 * 60_000;

/**
 * What was observed at `time`, as NEWS2 rounds it: the newest value at or before it.
 *
 * A score is written down only when it changes, with the values of that moment: while it stays
 * 9, a saturation may go on falling from 91 to 80. The chart shows the 80.
 */
export function observedAt(
  parameter: string,
  readings: readonly (Timed & { mean: number })[],
  time: number,
): string | null {
  const known = readings.filter(({ at }) => at <= time && time - at <= OBSERVED_WITHIN_MS);
  const last = known.reduce<(Timed & { mean: number }) | undefined>(
    (newest, one) => (newest && newest.at > one.at ? newest : one),
    undefined,
  );
  if (!last) return null;
  return parameter === "temperature" ? last.mean.toFixed(1) : String(Math.round(last.mean));
}

/** How the chart colours a total (RCP 2017, chart 2): by risk, and never by colour alone. */
export const RISK = {
  low: { word: "Low", weight: 0 },
  "low-medium": { word: "Low-medium", weight: 1 },
  medium: { word: "Medium", weight: 2 },
  high: { word: "High", weight: 3 },
} as const satisfies Record<string, { word: string; weight: Points }>;

/** The colour of a score; none while too much is missing to call it low. */
export function weightOf(score: Pick<Score, "total" | "low" | "high" | "risk">) {
  const look = lookOf(score);
  return look === "incomplete" ? look : RISK[look].weight;
}

/**
 * The score that stood at each of these times, or undefined before the first.
 *
 * A score is written down when it changes and holds until the next; while inputs are lost it
 * changes too, into a range, so that a held score is never one of nothing.
 */
export function heldAt<Score extends Timed>(
  scores: readonly Score[],
  times: readonly number[],
): (Score | undefined)[] {
  return times.map((time) =>
    scores
      .filter((score) => score.at <= time)
      .reduce<Score | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined),
  );
}

export const ACKNOWLEDGEMENT =
  "Reproduced from: Royal College of Physicians. National Early Warning Score (NEWS) 2: " +
  "Standardising the assessment of acute-illness severity in the NHS. " +
  "Updated report of a working party. London: RCP, 2017.";
