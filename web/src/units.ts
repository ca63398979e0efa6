// UCUM codes as people write them, and values with as many decimals as they carry. Pure.

import type { VitalInfo } from "./words";

const WRITTEN: Record<string, string> = { "mm[Hg]": "mmHg", Cel: "°C", "/min": "/min", "1": "" };

export function unitInWords(unit: string): string {
  return WRITTEN[unit] ?? unit;
}

export function written(value: number, info: Pick<VitalInfo, "decimals">): string {
  return value.toFixed(info.decimals);
}

/** Consciousness is kept as its place in ACVPU (RCP NEWS2, 2017). */
export const ACVPU = [
  ["A", "Alert"],
  ["C", "New confusion"],
  ["V", "Responds to voice"],
  ["P", "Responds to pain"],
  ["U", "Unresponsive"],
] as const;
