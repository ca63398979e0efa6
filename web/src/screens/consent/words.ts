// Decisions of a patient in plain words.

import type { Consent, Part } from "../../consent-api";
import { dayOf } from "../../languages/counting";
import { fill, listed, words } from "../../languages/speaking";

export const partInWords = (part: Part): string => words("consent")[part];

/** Whether it holds at `now` (ms). */
export const standing = ({ starts, ends, withdrawn }: Consent, now: number): boolean =>
  withdrawn === null && starts <= now && (ends === null || ends > now);

export const partsInWords = (parts: readonly Part[]): string =>
  listed(parts.map((part) => words("consent")[`${part}Short`]));

export function whomInWords({ person, ward }: Consent): string {
  const say = words("consent");
  return person ?? (ward === null ? say.research : fill(say.team, { ward }));
}

export function decidedInWords(one: Consent): string {
  const say = words("consent");
  if (one.purpose === "research") return say.mayUse;
  const may = one.decision === "permit" ? say.may : say.mayNot;
  return fill(may, { parts: partsInWords(one.parts) });
}

/** Until when it holds, or when it ended. */
export function whileInWords({ starts, ends, withdrawn }: Consent): string {
  const say = words("consent");
  const since = dayOf(starts);
  if (withdrawn !== null) return fill(say.sinceWithdrawn, { since, until: dayOf(withdrawn) });
  if (ends === null) return fill(say.sinceOpen, { since });
  return fill(say.sinceUntil, { since, until: dayOf(ends) });
}
