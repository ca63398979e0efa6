// Whether a score is used, in words, and what a switch would take away. Pure.

import type { LimitsOf } from "../../api";
import type { Role, ScoreUse } from "../../words";
import { levelOf } from "../limits/in-words";

/** The site is an administrator's, a ward and a patient a doctor's. The server decides. */
export function maySwitch(of: LimitsOf, role: Role): boolean {
  return role === (levelOf(of) === "site" ? "administrator" : "doctor");
}

export type State = "leads" | "on" | "off" | "not" | "broken";

export function stateOf(of: LimitsOf, use: ScoreUse): [State, string] {
  if (use.own?.trouble) return ["broken", "Not computed"];
  if (!use.is_on) return ["off", "Off"];
  if (levelOf(of) !== "patient") {
    const count = use.leads === 1 ? "1 patient" : `${use.leads} patients`;
    return ["on", use.leads ? `In use, leads for ${count}` : "In use"];
  }
  if (use.is_leading) return ["leads", "Leads"];
  return use.chart === null ? ["not", "Not meant for this patient"] : ["on", "In use beside it"];
}

/** Whether it would be on: as said here, or (null) as the level above has it. */
export function wouldBe(use: ScoreUse, isOn: boolean | null): boolean {
  if (isOn !== null) return isOn;
  return use.levels.at(-2)?.is_on ?? use.by_default;
}

/** What has to be confirmed aloud before a switch; null where nothing has. */
export function mustSay(of: LimitsOf, use: ScoreUse, isOn: boolean | null): string | null {
  if (!use.is_meant_to_lead || !use.is_on || wouldBe(use, isOn)) return null;
  const count = use.only_for;
  if (levelOf(of) === "patient")
    return `${count ? "This patient has" : "Unless another is on, this patient has"} no early-warning score then.`;
  if (count === 0)
    return "Unless another is on, whoever it is meant for has no early-warning score then.";
  const who = count === 1 ? "1 patient here has" : `${count} patients here have`;
  return `${who} no early-warning score then.`;
}

/** Whom a switch here does not reach. */
export function reached({ own_wards, own_patients }: ScoreUse): string {
  const patients =
    own_patients === 1 ? "1 patient" : own_patients ? `${own_patients} patients` : "";
  return [...own_wards, patients].filter(Boolean).join(", ");
}
