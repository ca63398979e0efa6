// Requests in plain words, for patients and staff alike.

import { fill, words } from "../../languages/speaking";
import type { Amendment, Field, Ground, Restriction } from "../../own-api";

export const fieldInWords = (field: Field): string => words("own").fields[field];
export const groundInWords = (ground: Ground): string => words("own").grounds[ground];

/** What somebody wants changed: "Anna → Anne", or in their own words. */
export const changeInWords = ({ before, wanted }: Pick<Amendment, "before" | "wanted">): string =>
  before ? fill(words("own").change, { before, wanted }) : wanted;

export function answerInWords(one: Pick<Amendment, "verdict" | "decided_by" | "answer">): string {
  const say = words("own");
  if (!one.verdict) return say.waits;
  const did = one.verdict === "accepted" ? say.accepted : say.refused;
  return fill(did, { who: one.decided_by ?? say.staff, answer: one.answer ?? "" });
}

export type RestState = "waits" | "rests" | "refused" | "over";

export function restOf(one: Pick<Restriction, "verdict" | "ended">): RestState {
  if (one.ended !== null) return "over";
  if (one.verdict === null) return "waits";
  return one.verdict === "accepted" ? "rests" : "refused";
}
