// The audit in plain words: who, what, and why. Pure.

import type { AuditEntry } from "../../words";

const VERBS = new Map(
  Object.entries({
    C: "added to",
    R: "opened",
    U: "changed",
    D: "removed from",
    E: "looked through",
  }),
);
const KINDS = new Map(
  Object.entries({
    patient: "the record",
    request: "requests of patients",
    erasure: "wishes to be erased",
    emergency: "emergency accesses",
    team: "a ward's team",
    chain: "whom alarms call",
    board: "a board that is locked",
    cloud: "accounts at clouds",
    scores: "scores in use",
    ward: "a ward's list",
    alarm: "an alarm",
    alarms: "alarms",
    call: "calls",
    device: "devices",
    bed: "beds",
    audit: "the audit",
    quarantine: "the quarantine",
    invitation: "an invitation",
    account: "an account",
    message: "a message",
  }),
);
/** HL7's PurposeOfUse (v3 ActReason), as people say it. */
const REASONS = new Map(
  Object.entries({
    TREAT: "care",
    ETREAT: "emergency",
    BTG: "emergency access",
    PATRQT: "their own record",
    FAMRQT: "as a relative",
    HOPERAT: "running the hospital",
    HSYSADMIN: "running the system",
  }),
);

type Act = Pick<AuditEntry, "action" | "subtype" | "kind" | "route">;

export function actInWords({ action, subtype, kind, route }: Act): string {
  if (subtype === "login") return "tried to sign in";
  if (kind === "emergency" && action === "C") return "opened the record in an emergency";
  const what = KINDS.get(kind) ?? kind;
  if (route.startsWith("LIVE ")) return `watched ${what} live`;
  if (action === "E" && kind === "patient") return "searched for patients";
  return `${VERBS.get(action) ?? "touched"} ${what}`;
}

export const reasonInWords = (purpose: string): string => REASONS.get(purpose) ?? purpose;

export function whoInWords({ person, role }: Pick<AuditEntry, "person" | "role">): string {
  if (person) return person;
  return role === "operator" ? "The operator, at the server" : "Nobody signed in";
}
