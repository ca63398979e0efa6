import { describe, expect, it } from "vitest";
import { countByPriority, grouped, mostUrgent, needsAnswer, withoutParts } from "./alarms";
import type { Alarm } from "./words";

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
