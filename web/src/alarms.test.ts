import { describe, expect, it } from "vitest";
import {
  callFor,
  countByPriority,
  grouped,
  mostUrgent,
  needsAnswer,
  notTaken,
  withoutParts,
} from "./alarms";
import type { Alarm, Call } from "./words";

const alarm = (id: number, more: Partial<Alarm> = {}): Alarm =>
  ({ id, priority: "medium", state: "active", cause_id: null, raised: id, ...more }) as Alarm;

describe("a storm with one cause", () => {
  const gateway = alarm(1);
  const below = [2, 3, 4].map((id) => alarm(id, { cause_id: 1 }));
  const other = alarm(5, { priority: "high" });

  it("is one alarm, with all the others below it", () => {
    expect(withoutParts([gateway, ...below, other])).toEqual([gateway, other]);
    expect(grouped([gateway, ...below, other])).toEqual([
      { alarm: gateway, parts: below },
      { alarm: other, parts: [] },
    ]);
    expect(countByPriority(withoutParts([gateway, ...below, other]))).toEqual({
      high: 1,
      medium: 1,
      low: 0,
    });
  });
  it("drops nothing: without its cause each is an alarm again", () => {
    expect(withoutParts(below)).toEqual(below);
    expect(grouped([...below, other]).map((group) => group.alarm)).toEqual([...below, other]);
  });
});

describe("an audio pause", () => {
  it("makes no sound and is no answer", () => {
    const paused = alarm(1, { state: "audio-paused" });
    expect(mostUrgent([paused])).toBe(null);
    expect(needsAnswer(paused)).toBe(true);
    expect(mostUrgent([paused, alarm(2, { priority: "high" })])).toBe("high");
  });
});

describe("an answer that was not taken", () => {
  const words = "this alarm is acknowledged: it cannot be acknowledged now";
  it("calls no alarm open that somebody else has answered", () => {
    const now = alarm(1, { state: "acknowledged", acknowledged_by: "Ben" });
    expect(notTaken(words, false, now)).toBe("Ben has answered it.");
    expect(notTaken(words, false, undefined)).toMatch(/cannot be acknowledged now\.$/);
  });
  it("says of one that became worse that it is open", () => {
    expect(notTaken("It has become worse.", false, alarm(1))).toBe(
      "It has become worse. The alarm is still open.",
    );
  });
  it("claims neither where the server did not say", () => {
    expect(notTaken("The server is away.", true, alarm(1))).toMatch(/is not known: press again\.$/);
  });
});

describe("the call that is shown", () => {
  const call = (id: number, more: Partial<Call> = {}): Call =>
    ({
      id,
      alarm_id: 1,
      audience: "carer",
      ended: null,
      created: id,
      person_id: id,
      ...more,
    }) as Call;

  it("is the reader's own before a newer one: only what is shown leaves a receipt", () => {
    expect(callFor(alarm(1), [call(1), call(2)])?.id).toBe(2);
    expect(callFor(alarm(1), [call(1), call(2)], 1)?.id).toBe(1);
    expect(callFor(alarm(1), [call(1, { ended: 5 }), call(2)], 1)?.id).toBe(2);
    expect(callFor(alarm(1), [call(3, { audience: "patient" })], 3)).toBeNull();
  });
});
