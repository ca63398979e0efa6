import { describe, expect, it } from "vitest";
import type { Plan } from "../../words";
import {
  draftOf,
  earlier,
  missingOf,
  planInLines,
  planOf,
  turnInWords,
  weekdaysInWords,
} from "./plan-words";

const BERLIN = "Europe/Berlin";
const plan = {
  zone: BERLIN,
  turn_hours: 0,
  handover: "07:00",
  people: [],
  shifts: [{ name: "night", starts: "22:00", ends: "06:00", weekdays: [4, 0], people: [1, 2] }],
} as unknown as Plan;

describe("a plan that is changed", () => {
  it("begins as it is, and is saved as it was where nothing was touched", () => {
    const { shifts } = planOf(draftOf(plan), BERLIN, Date.parse("2026-03-02T10:00Z"));
    expect(shifts).toEqual([{ ...plan.shifts[0], weekdays: [0, 4] }]);
  });

  it("counts turns from the one that runs when it begins", () => {
    const draft = { ...draftOf(null), people: [1] };
    const begins = (at: string) => planOf(draft, BERLIN, Date.parse(at)).begins;
    expect(begins("2026-03-02T06:00Z")).toBe("2026-03-02"); // 07:00 in Berlin
    expect(begins("2026-03-02T05:59Z")).toBe("2026-03-01");
    expect(begins("2026-03-29T04:59Z")).toBe("2026-03-28"); // 06:59 on the day of summer time
    expect(begins("2026-03-29T05:00Z")).toBe("2026-03-29");
  });

  it("says what is missing", () => {
    expect(missingOf(draftOf(null))).toBe("Choose who takes turns.");
    expect(missingOf(draftOf(plan))).toBeNull();
    const [shift] = draftOf(plan).shifts;
    if (!shift) throw new Error("no shift");
    const with_ = (change: object) => ({ ...draftOf(plan), shifts: [{ ...shift, ...change }] });
    expect(missingOf(with_({ weekdays: [] }))).toBe("night: choose its weekdays.");
    expect(missingOf(with_({ people: [] }))).toBe("night: choose who is on it.");
    expect(missingOf(with_({ name: " " }))).toBe("Every shift has a name.");
    expect(missingOf(with_({ ends: "" }))).toBe("night: say from when to when.");
  });
});

describe("a plan in words", () => {
  it("names weekdays as people do", () => {
    expect(weekdaysInWords([0, 1, 2, 3, 4, 5, 6])).toBe("every day");
    expect(weekdaysInWords([4, 3, 2, 1, 0])).toBe("Mon to Fri");
    expect(weekdaysInWords([0, 2, 4])).toBe("Mon, Wed, and Fri");
    expect(weekdaysInWords([5, 6])).toBe("Sat and Sun");
  });

  it("names turns and shifts", () => {
    const name = (id: number) => `P${id}`;
    expect(planInLines(plan, name)).toEqual(["Night, 22:00 to 06:00, Mon and Fri: P1, P2"]);
    expect(planInLines({ ...plan, turn_hours: 24, people: [2, 1] }, name)).toEqual([
      "Every day at 07:00: P2, P1",
    ]);
    expect([turnInWords(168), turnInWords(48), turnInWords(8)]).toEqual([
      "every week",
      "every 2 days",
      "every 8 hours",
    ]);
  });
});

it("moves somebody one place earlier", () => {
  expect(earlier([1, 2, 3], 2)).toEqual([1, 3, 2]);
  expect(earlier([1, 2, 3], 0)).toEqual([1, 2, 3]);
});
