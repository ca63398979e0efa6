// Requests in plain words, for patients and staff alike.

import type { Amendment, Field, Ground, Restriction } from "../../own-api";

export const FIELDS: Readonly<Record<Field, string>> = {
  name: "My name",
  birth_date: "My day of birth",
  sex: "My sex",
  other: "Something else",
};
export const GROUNDS: Readonly<Record<Ground, string>> = {
  accuracy: "Something in it is wrong, and is being checked",
  unlawful: "It should not have been collected, but must not be deleted",
  claims: "I need it kept for a legal claim",
  objection: "I have objected, and that is being decided",
};

/** What somebody wants changed: "Anna → Anne", or in their own words. */
export const changeInWords = ({ before, wanted }: Pick<Amendment, "before" | "wanted">): string =>
  before ? `${before} → ${wanted}` : wanted;

export function answerInWords(one: Pick<Amendment, "verdict" | "decided_by" | "answer">): string {
  if (!one.verdict) return "Waits for an answer";
  const did = one.verdict === "accepted" ? "Accepted" : "Refused";
  return `${did} by ${one.decided_by ?? "staff"}: ${one.answer}`;
}

export type RestState = "waits" | "rests" | "refused" | "over";

export function restOf(one: Pick<Restriction, "verdict" | "ended">): RestState {
  if (one.ended !== null) return "over";
  if (one.verdict === null) return "waits";
  return one.verdict === "accepted" ? "rests" : "refused";
}
