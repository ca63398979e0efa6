// The audit in plain words: who, what, and why. Pure.

import type { AuditEntry, Looked } from "../../words";

const VERBS = new Map(
  Object.entries({
    C: "added to",
    R: "opened",
    U: "changed",
    D: "removed from",
    E: "searched",
  }),
);
const KINDS = new Map(
  Object.entries({
    patient: "the record",
    ward: "a ward's list",
    alarm: "an alarm",
    alarms: "alarms",
    call: "calls",
    device: "devices",
    bed: "beds",
    audit: "the audit",
    quarantine: "the quarantine",
    invitation: "an invitation",
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
const LATER_MS = 60_000;

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

const ROLES = new Map(
  Object.entries({
    nurse: "nurse",
    doctor: "doctor",
    relative: "your relative",
    patient: "patient",
    administrator: "answers for data protection",
    operator: "keeps the system running",
  }),
);

/** One line of a patient's own page: what somebody did that day, and what for. */
export function lookedInWords(line: Looked): string {
  const { role, purpose, times, changed, emergency, asked } = line;
  const did = changed ? "looked at your data and added to it" : "looked at your data";
  const often = times === 1 ? "once" : times === 2 ? "twice" : `${times} times`;
  if (asked) return `looked up ${often} who had opened your record.`;
  if (emergency) return `${did} ${often}, by emergency access. You may ask why.`;
  if (role === "relative") return `${did} ${often}, as you chose.`;
  if (purpose === "TREAT") return `${did} ${often}, to care for you.`;
  return `${did} ${often}, for ${reasonInWords(purpose)}.`;
}

export const roleInWords = (role: string): string => ROLES.get(role) ?? role;

/** Lines under the day they belong to, newest first. */
export function byDay(lines: readonly Looked[]): { day: string; lines: Looked[] }[] {
  const days = new Map<string, Looked[]>();
  for (const line of lines) days.set(line.day, [...(days.get(line.day) ?? []), line]);
  return [...days].map(([day, of]) => ({ day, lines: of }));
}

const DAY = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });

/** A day as people say it; `now` in ms. */
export function dayInWords(at: number, now: number): string {
  if (Math.abs(now - at) < LATER_MS || sameDay(at, now)) return "Today";
  if (sameDay(at, now - 24 * 3_600_000)) return "Yesterday";
  return DAY.format(at);
}

const sameDay = (one: number, other: number) =>
  new Date(one).toDateString() === new Date(other).toDateString();
