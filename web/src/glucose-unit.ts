// Glucose in the unit its reader chose. The record keeps mg/dL. Pure.

import type { Choices } from "./words";

export type GlucoseUnit = Choices["glucose_unit"];

/** Glucose weighs 180.156 g/mol: 1 mmol/L is 18.0156 mg/dL. */
export const MG_DL_OF_MMOL_L = 18.0156;

/** mg/dL in whole numbers, mmol/L with one decimal, as meters show them. */
export const DECIMALS: Record<GlucoseUnit, number> = { "mg/dL": 0, "mmol/L": 1 };

/** What the record holds, in the reader's unit; neither rounded nor written yet. */
export const glucoseIn = (unit: GlucoseUnit, milligrams: number): number =>
  unit === "mmol/L" ? milligrams / MG_DL_OF_MMOL_L : milligrams;
