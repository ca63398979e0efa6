import { describe, expect, it } from "vitest";
import type { Alarm, TodayAlarm } from "../../words";
import { toldNow } from "./told-now";

const asked = (id: number, priority: TodayAlarm["priority"] = "medium"): TodayAlarm => ({
  id,
  text: `asked ${id}`,
  priority,
  state: "active",
  raised: id,
  rung: id,
});
const live = (id: number, text: string | null, state = "active") =>
  ({ ...asked(id, "high"), patient_text: text, state }) as unknown as Alarm;

describe("toldNow", () => {
  it("shows at once what the socket tells, worst first", () => {
    const alerts = toldNow([asked(1)], [live(2, "Sit down.")]);
    expect(alerts.map(({ text }) => text)).toEqual(["Sit down.", "asked 1"]);
  });
  it("believes the socket over what was asked for before", () => {
    expect(toldNow([asked(1)], [live(1, "Eat now.", "acknowledged")])).toMatchObject([
      { id: 1, text: "Eat now.", priority: "high", state: "acknowledged" },
    ]);
  });
  it("keeps what to do, of which the socket says nothing", () => {
    const steps = { en: ["Sit down."] };
    const alerts = toldNow(
      [{ ...asked(1), what_to_do: steps }],
      [live(1, "Eat now."), live(2, "x")],
    );
    expect(alerts.map(({ what_to_do }) => what_to_do)).toEqual([steps, {}]);
  });
  it("has no words for what the patient need not act on, and none for what is over", () => {
    expect(toldNow([asked(1), { ...asked(2), state: "resolved" }], [live(1, null)])).toEqual([]);
  });
});
