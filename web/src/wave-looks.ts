// How each waveform is drawn, and how large: in millimetres of glass or paper. Pure.

import type { WaveName } from "./frame";

type Drawn = {
  label: string;
  unit: string;
  colour: string;
  /** Its share of the height, beside the others. */
  weight: number;
  /** The least range worth drawing, in its unit: below it lies noise. */
  floor: number;
};

/** In the order in which they lie below each other. */
export const DRAWN: Record<WaveName, Drawn> = {
  ecg_ii: { label: "II", unit: "mV", colour: "#3ee280", weight: 1.5, floor: 0.8 },
  ecg_v: { label: "V", unit: "mV", colour: "#3ee280", weight: 1.5, floor: 0.8 },
  arterial_pressure: { label: "ABP", unit: "mmHg", colour: "#ff7a7a", weight: 1, floor: 20 },
  pleth: { label: "Pleth", unit: "", colour: "#55d4ff", weight: 1, floor: 0.02 },
  respiration: { label: "Resp", unit: "", colour: "#ffdf5c", weight: 1, floor: 0.02 },
};
export const EVERY_WAVE = Object.keys(DRAWN) as WaveName[];

export const SPEEDS = [6.25, 12.5, 25, 50] as const;
export const GAINS = ["fit", 5, 10, 20] as const;
/** Millimetres a second. */
export type Speed = (typeof SPEEDS)[number];
/** Millimetres a millivolt; "fit": as large as its lane allows. Other units are always fitted. */
export type Gain = (typeof GAINS)[number];
export type Look = {
  speed: Speed;
  gain: Gain;
  pixelsPerMm: number;
  /** No more waves than this, the first of those that are heard. */
  lanes?: number;
};

/** CSS calls 96 pixels an inch; what a screen's true size is, only its calibration can say. */
export const PIXELS_PER_MM = 96 / 25.4;

/** How much of a wave's unit a lane of `mm` millimetres shows, or null where it is fitted. */
export function rangeOf(wave: WaveName, gain: Gain, mm: number): number | null {
  return gain === "fit" || DRAWN[wave].unit !== "mV" ? null : mm / gain;
}

/** "10 mm/mV", or "8 mmHg/mm" where a millimetre is several units; nothing without a unit. */
export function gainInWords(wave: WaveName, mmPerUnit: number): string {
  const { unit } = DRAWN[wave];
  if (!unit || !(mmPerUnit > 0) || !Number.isFinite(mmPerUnit)) return "";
  return mmPerUnit < 1
    ? `${Number((1 / mmPerUnit).toPrecision(2))} ${unit}/mm`
    : `${Number(mmPerUnit.toPrecision(2))} mm/${unit}`;
}
