// UCUM codes as people write them, and values with as many decimals as they carry. Pure.
// What staff alone need stands here, so that the patient's first page is light.

import type { VitalInfo } from "./words";

export { unitInWords } from "./unit-words";

const formats = new Map<number, Intl.NumberFormat>();

/** A value with its vital's own decimals, as the reader's language writes numbers. */
export function written(value: number, { decimals }: Pick<VitalInfo, "decimals">): string {
  let format = formats.get(decimals);
  if (!format) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    format = new Intl.NumberFormat(undefined, { ...digits, useGrouping: false });
    formats.set(decimals, format);
  }
  return format.format(value);
}

/** Consciousness is kept as its place in ACVPU (RCP NEWS2, 2017). */
export const ACVPU = [
  ["A", "Alert"],
  ["C", "New confusion"],
  ["V", "Responds to voice"],
  ["P", "Responds to pain"],
  ["U", "Unresponsive"],
] as const;
