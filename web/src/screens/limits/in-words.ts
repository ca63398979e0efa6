// Limits in words and numbers: what a rule says, how late it may be, what was typed. Pure.

import type { LimitsOf } from "../../api";
import { written } from "../../units";
import type { Level, LevelLine, Limit, NewSetting, Role, RuleLine, SettingLine } from "../../words";

type Of = Pick<RuleLine, "side" | "decimals" | "unit">;

export function levelOf(of: LimitsOf): Level {
  return of.patient !== undefined ? "patient" : of.ward !== undefined ? "ward" : "site";
}

/** Whose page an address is of; null for one that is nobody's. */
export function scopeOf(patient: string | undefined, ward: string | undefined): LimitsOf | null {
  if (patient === undefined && ward === undefined) return {};
  const id = parseInt(patient ?? ward ?? "", 10);
  if (!Number.isInteger(id)) return null;
  return patient === undefined ? { ward: id } : { patient: id };
}

/** The same level's page of limits, or of scores. */
export function pathOf(of: LimitsOf, page: "limits" | "scores"): string {
  if (of.patient !== undefined) return `/patients/${of.patient}/${page}`;
  return of.ward !== undefined ? `/wards/${of.ward}/${page}` : `/${page}`;
}

/** What holds on every ward is the administrator's; the rest the carers'. The server decides. */
export function mayChange(of: LimitsOf, role: Role): boolean {
  if (levelOf(of) === "site") return role === "administrator";
  return role === "nurse" || role === "doctor";
}

/** What the house has of a rule, where nobody says anything. */
export function byDefault(rule: RuleLine): string {
  if (!rule.default_is_on) return "off";
  return rule.default ? inWords(rule, rule.default) : "on";
}

/** What a level has of a rule: its own words, or from where it has them. */
export function levelInWords(rule: RuleLine, level: LevelLine, above: string): string {
  if (level.by === null) return `as ${above}`;
  if (!level.is_on) return "off: does not ring";
  return level.limit ? inWords(rule, level.limit) : "on";
}

/** Whom a change here does not reach, since they have a setting of their own. */
export function notReached({ own_wards, own_patients }: RuleLine): string {
  const patients =
    own_patients === 1 ? "1 patient" : own_patients ? `${own_patients} patients` : "";
  return [...own_wards, patients].filter(Boolean).join(", ");
}

/** `< 90 %`, as on the alarm itself. */
export function bound(rule: Of, value: number): string {
  return `${rule.side === "below" ? "<" : ">"} ${number(rule, value)} ${rule.unit}`.trim();
}

/** With the vital's decimals, and more where they would hide something. */
export function number(rule: Pick<Of, "decimals">, value: number): string {
  const text = written(value, rule);
  return Number(text) === value ? text : String(value);
}

export function seconds(value: number): string {
  if (value < 1) return "at once";
  if (value < 120) return `${Math.ceil(value)} s`;
  const minutes = value / 60;
  return minutes < 120 ? `${Math.ceil(minutes)} min` : `${Math.ceil(minutes / 60)} h`;
}

export function after(delay: number | null): string {
  return delay ? `after ${seconds(delay)}` : "at once";
}

/** What differs stands first; else as the server has them. */
export function inOrder(rules: readonly RuleLine[]): RuleLine[] {
  return [...rules].sort((one, other) => Number(other.differs) - Number(one.differs));
}

/** How late it may ring at worst; a vital measured by hand has no such time. */
export function worst(limit: Limit): string {
  if (limit.worst_seconds === null) return "at the next measurement";
  const ordinary = seconds(limit.worst_seconds);
  if (limit.extreme_worst_seconds === null || limit.delay_seconds === 0) return ordinary;
  return `${ordinary}, beyond the extreme ${seconds(limit.extreme_worst_seconds)}`;
}

/** One line of what a setting says: `< 95 % after 5 s, at once < 85, ends at 96 after 15 s`. */
export function inWords(rule: Of, limit: Limit | SettingLine): string {
  if (limit.limit === null || limit.clear_limit === null) return "";
  const parts = [`${bound(rule, limit.limit)} ${after(limit.delay_seconds)}`];
  if (limit.extreme !== null) {
    parts.push(`at once ${rule.side === "below" ? "<" : ">"} ${number(rule, limit.extreme)}`);
  }
  const holds = limit.clear_seconds ? ` for ${seconds(limit.clear_seconds)}` : "";
  parts.push(`ends at ${number(rule, limit.clear_limit)}${holds}`);
  return parts.join(", ");
}

export type Typed = {
  choice: NewSetting["choice"];
  limit: string;
  clear: string;
  delay: string;
  clearAfter: string;
  extreme: string;
  reason: string;
  hours: string;
};

/** What stands in the form at first: what is so now. */
export function typedOf(rule: RuleLine): Typed {
  const limit = rule.now ?? rule.default;
  const text = (value: number | null | undefined) => (value == null ? "" : number(rule, value));
  return {
    choice: limit ? "limit" : rule.is_on ? "off" : "on",
    limit: text(limit?.limit),
    clear: text(limit?.clear_limit),
    delay: String(limit?.delay_seconds ?? ""),
    clearAfter: String(limit?.clear_seconds ?? ""),
    extreme: text(limit?.extreme),
    reason: "",
    hours: "",
  };
}

/** A number as people type it, also with a comma; null where it is none. */
export function numberOf(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

const WHOLE = /^\d+$/;

/** What is wrong with what was typed, by field; nothing where all is well. */
export function faults(
  rule: RuleLine,
  typed: Typed,
  level: Level,
): Partial<Record<keyof Typed, string>> {
  const found: Partial<Record<keyof Typed, string>> = {};
  if (typed.reason.trim().length < 3) found.reason = "Say why, in a few words.";
  // Nobody finds an alarm of a patient off that nobody on duty knows of.
  if (typed.choice === "off" && typed.hours === "" && level === "patient") {
    found.hours = "Say until when.";
  }
  if (typed.choice !== "limit") return found;
  const isBelow = rule.side === "below";
  const limit = numberOf(typed.limit);
  const clear = numberOf(typed.clear);
  const extreme = numberOf(typed.extreme);
  const [low, high] = rule.possible;
  if (limit === null || limit < low || limit > high) found.limit = `From ${low} to ${high}.`;
  else {
    if (clear === null || (isBelow ? clear < limit : clear > limit)) {
      found.clear = `${isBelow ? "At least" : "At most"} ${typed.limit}.`;
    }
    const isBeyond = extreme !== null && (isBelow ? extreme < limit : extreme > limit);
    if (typed.extreme.trim() !== "" && !isBeyond) {
      found.extreme = `${isBelow ? "Below" : "Above"} ${typed.limit}, or nothing.`;
    }
  }
  const isDelay = (text: string) => WHOLE.test(text) && Number(text) <= rule.delay_seconds_max;
  const seconds = `Whole seconds, at most ${rule.delay_seconds_max}.`;
  if (!isDelay(typed.delay)) found.delay = seconds;
  if (!isDelay(typed.clearAfter)) found.clearAfter = seconds;
  return found;
}

/** What is sent; `now` is the server's time. */
export function settingOf(rule: RuleLine, typed: Typed, now: number, is_said: boolean): NewSetting {
  const hours = numberOf(typed.hours);
  const hasLimit = typed.choice === "limit";
  return {
    rule: rule.rule,
    choice: typed.choice,
    reason: typed.reason.trim(),
    limit: hasLimit ? numberOf(typed.limit) : null,
    clear_limit: hasLimit ? numberOf(typed.clear) : null,
    delay_seconds: hasLimit ? Number(typed.delay) : 0,
    clear_seconds: hasLimit ? Number(typed.clearAfter) : 0,
    extreme: hasLimit ? numberOf(typed.extreme) : null,
    expires: hours === null || typed.choice === "default" ? null : now + hours * 3_600_000,
    is_said,
    instead_of: rule.setting,
  };
}

/** Whether somebody has set this rule otherwise since `opened` was read. */
export function isOther(opened: RuleLine, current: RuleLine | undefined): boolean {
  const said = ({ scope, at, by, is_on, now, levels }: RuleLine) =>
    JSON.stringify([scope, at, by, is_on, now?.limit, now?.extreme, levels.map((each) => each.at)]);
  return current !== undefined && said(current) !== said(opened);
}

export function when(ms: number): string {
  return new Date(ms).toLocaleString([], {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}
