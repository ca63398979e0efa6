// Decisions of a patient in plain words.

import type { Consent, Part } from "../../consent-api";

export const PART_IN_WORDS: Record<Part, string> = {
  readings: "Measured values and scores",
  waves: "Waveforms, such as the ECG",
};

const DAY = new Intl.DateTimeFormat([], { day: "numeric", month: "long", year: "numeric" });

/** Whether it holds at `now` (ms). */
export const standing = ({ starts, ends, withdrawn }: Consent, now: number): boolean =>
  withdrawn === null && starts <= now && (ends === null || ends > now);

export function partsInWords(parts: readonly Part[]): string {
  return parts.map((part) => (part === "waves" ? "waveforms" : "measured values")).join(" and ");
}

export function whomInWords({ person, ward }: Consent): string {
  return person ?? (ward === null ? "Research" : `The team of ${ward}`);
}

export function decidedInWords(one: Consent): string {
  if (one.purpose === "research") return "may use my data without my name";
  const may = one.decision === "permit" ? "may see" : "may not see";
  return `${may} ${partsInWords(one.parts)}`;
}

/** Until when it holds, or when it ended. */
export function whileInWords({ starts, ends, withdrawn }: Consent): string {
  const since = `since ${DAY.format(starts)}`;
  if (withdrawn !== null) return `${since}, withdrawn ${DAY.format(withdrawn)}`;
  return ends === null ? `${since}, until I withdraw it` : `${since}, until ${DAY.format(ends)}`;
}
