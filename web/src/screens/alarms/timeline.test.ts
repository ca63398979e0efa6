import { describe, expect, it } from "vitest";
import type { AlarmStory } from "../../words";
import { since, timeline } from "./timeline";

const RAISED = 1_000_000;
const story = {
  id: 1,
  events: [
    {
      at: RAISED,
      event: "raised",
      state: "active",
      person: null,
      priority: "high",
      note: "SpO₂ 84 < 90 %",
      detail: {
        rule: "oxygen_low",
        measured: new Date(RAISED - 310).toISOString(),
        judged_seconds: 0.06,
      },
      is_same: true,
      why_not: null,
    },
    {
      at: RAISED + 61_000,
      event: "acknowledged",
      state: "acknowledged",
      person: "Ben",
      priority: null,
      note: "I go",
      detail: { reason: "I go" },
      is_same: null,
      why_not: null,
    },
  ],
  receipts: [
    { at: RAISED + 140, person: "Anna", role: "nurse", rung: RAISED, seconds: 0.2 },
    { at: RAISED + 60_000, person: "Ben", role: "doctor", rung: RAISED, seconds: null },
  ],
  calls: [
    {
      id: 5,
      alarm_id: 1,
      audience: "carer",
      person: "Anna",
      step: 1,
      round: 1,
      created: RAISED + 20,
      seen: RAISED + 150,
      ended: RAISED + 30_000,
      outcome: "unanswered",
      via: "Nights",
      target: "rota",
      until: null,
      because: "Cleo did not answer within 2 min",
    },
  ],
} as unknown as AlarmStory;

describe("who knew what, when", () => {
  it("is one story from the sensor to the answer", () => {
    expect(timeline(story).map(({ what }) => what)).toEqual([
      "Measured by the device",
      "Received",
      "Raised, high",
      "Called Anna",
      "On the screen of Anna, nurse",
      "Anna saw the call",
      "No answer from Anna",
      "On the screen of Ben, doctor",
      "Acknowledged by Ben",
    ]);
  });
  it("says why somebody was called", () => {
    expect(timeline(story).find(({ hop }) => hop === "called")?.note).toBe(
      "step 1, on the rota Nights, because Cleo did not answer within 2 min",
    );
  });
  it("says whether the decision comes out the same", () => {
    expect(timeline(story).find(({ hop }) => hop === "judged")?.isSame).toBe(true);
    expect(timeline(story).find(({ hop }) => hop === "answered")?.isSame).toBe(undefined);
  });
});

describe("since", () => {
  it("has hundredths while they matter", () => {
    expect([since(310, 0), since(9_990, 0), since(61_000, 0)]).toEqual([
      "+0.31 s",
      "+9.99 s",
      "+61 s",
    ]);
    expect([since(180_000, 0), since(7_260_000, 0)]).toEqual(["+3 min", "+2 h 1 min"]);
    expect(since(-1_500, 0)).toBe("−1.50 s");
  });
});
