import { beforeAll, describe, expect, it } from "vitest";
import { speak } from "../../languages/speaking";
import { type Alert, agoInWords, type Told, toneNow, verdictOf } from "./verdict";

beforeAll(() => speak("en", "first"));

const NOW = Date.UTC(2026, 10, 24, 6, 30);
const glucose: Told = { vital: "glucose", label: "Glucose", at: NOW, tone: "fine" };
const high: Alert = { id: 1, priority: "high", state: "active" };
const medium: Alert = { id: 2, priority: "medium", state: "acknowledged" };

describe("the first sentence", () => {
  it("reassures only when every value is fresh and nothing is open", () => {
    expect(verdictOf([glucose], [], true).tone).toBe("fine");
  });

  it("says what to do before anything else", () => {
    const old = { ...glucose, tone: "old" as const };
    expect(verdictOf([old], [medium, high], false).title).toBe("Act now");
    expect(verdictOf([old], [medium], false).tone).toBe("watch");
  });

  it("never reassures on old values", () => {
    const verdict = verdictOf([glucose, { ...glucose, label: "Pulse", tone: "old" }], [], true);
    expect(verdict.tone).toBe("old");
    expect(verdict.detail).toContain("pulse");
    expect(verdict.detail).not.toContain("glucose");
  });

  it("never reassures without values", () => {
    expect(verdictOf([], [], true).tone).toBe("old");
  });

  it("never reassures without a connection", () => {
    expect(verdictOf([glucose], [], false).tone).toBe("lost");
  });

  it("names a value out of range even before an alert is open", () => {
    expect(verdictOf([{ ...glucose, tone: "act" }], [], true).tone).toBe("act");
    expect(verdictOf([{ ...glucose, tone: "watch" }], [], true).detail).toContain("glucose");
  });

  it("forgets what is resolved", () => {
    expect(verdictOf([glucose], [{ ...high, state: "resolved" }], true).tone).toBe("fine");
  });
});

describe("a value on a page left open", () => {
  it("grows old by the clock", () => {
    expect(toneNow("fine", NOW, NOW + 899_000, 900)).toBe("fine");
    expect(toneNow("fine", NOW, NOW + 901_000, 900)).toBe("old");
    expect(toneNow("fine", NOW, NOW + 59_000, 10)).toBe("fine");
    expect(toneNow("fine", NOW, NOW + 61_000, 10)).toBe("old");
  });
});

describe("ages", () => {
  it.each([
    [5_000, "just now"],
    [-3_000, "just now"],
    [60_000, "1 minute ago"],
    [4 * 60_000, "4 minutes ago"],
    [2 * 3_600_000, "2 hours ago"],
    [3 * 86_400_000, "3 days ago"],
  ])("%i ms is %s", (age, words) => {
    expect(agoInWords(NOW - age, NOW)).toBe(words);
  });
});
