import { describe, expect, it } from "vitest";
import type { ScoreUse } from "../../words";
import { maySwitch, mustSay, reached, stateOf, wouldBe } from "./use";

const USE = {
  score: "news2",
  label: "NEWS2",
  is_meant_to_lead: true,
  is_on: true,
  by_default: true,
  levels: [
    { scope: "site", is_on: false },
    { scope: "ward", is_on: true },
  ],
  chart: "",
  is_leading: true,
  leads: 2,
  only_for: 2,
  own_wards: ["Ward 7"],
  own_patients: 1,
  own: null,
} as unknown as ScoreUse;
const WARD = { ward: 1 };
const PATIENT = { patient: 1 };

describe("scores in use", () => {
  it.each([
    [WARD, {}, "on", "In use, leads for 2 patients"],
    [PATIENT, {}, "leads", "Leads"],
    [PATIENT, { is_leading: false }, "on", "In use beside it"],
    [PATIENT, { is_leading: false, chart: null }, "not", "Not meant for this patient"],
    [PATIENT, { is_on: false }, "off", "Off"],
    [WARD, { own: { trouble: "its key is not trusted any more" } }, "broken", "Not computed"],
  ])("%o %o is %s", (of, changed, state, words) => {
    expect(stateOf(of, { ...USE, ...changed } as ScoreUse)).toEqual([state, words]);
  });

  it("what is taken back is as the level above has it", () => {
    expect(wouldBe(USE, null)).toBe(false);
    expect(wouldBe({ ...USE, levels: USE.levels.slice(1) }, null)).toBe(true);
  });

  it("who is left without a score has to be said", () => {
    expect(mustSay(WARD, USE, true)).toBeNull();
    expect(mustSay(WARD, USE, null)).toBe("2 patients here have no early-warning score then.");
    expect(mustSay(WARD, { ...USE, only_for: 0 }, false)).toContain("whoever it is meant for");
    expect(mustSay(PATIENT, { ...USE, only_for: 1 }, false)).toContain("This patient has");
    expect(mustSay(WARD, { ...USE, is_meant_to_lead: false }, false)).toBeNull();
    expect(mustSay(WARD, { ...USE, is_on: false }, false)).toBeNull();
  });

  it("names who has a word of their own, and who may say one", () => {
    expect(reached(USE)).toBe("Ward 7, 1 patient");
    expect(maySwitch({}, "administrator") && maySwitch(WARD, "doctor")).toBe(true);
    expect(maySwitch({}, "doctor") || maySwitch(PATIENT, "nurse")).toBe(false);
  });
});
