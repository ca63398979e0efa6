import { describe, expect, it } from "vitest";
import type { BedRound, Order } from "../../words";
import { howOften, lastings } from "./often";

const NOW = new Date(2026, 2, 1, 12, 0).getTime();
const ORDER: Order = {
  id: 1,
  interval_seconds: 3600,
  reason: "after surgery",
  at: NOW,
  until: NOW + 6 * 3_600_000,
  person: "Dr Weiss",
  role: "doctor",
};
const BED = {
  interval_seconds: 6 * 3600,
  is_ordered: false,
  order: null,
  score: { interval_seconds: 6 * 3600 },
  asked_seconds: 6 * 3600,
  asked_by: "NEWS2 3",
} as unknown as BedRound;

describe("how often", () => {
  it.each([
    [{}, "every 6 h by NEWS2 3"],
    [
      { interval_seconds: 3600, is_ordered: true, order: ORDER },
      "every 1 h, ordered by Dr Weiss until 18:00",
    ],
    [
      { interval_seconds: 1800, asked_seconds: 1800, score: { interval_seconds: 0 } },
      "continuous by NEWS2 3; by hand every 30 min",
    ],
    [{ asked_by: null, asked_seconds: 3600, score: null }, "a first set within 1 h"],
    [
      { order: { ...ORDER, interval_seconds: 43_200 } },
      "every 6 h by NEWS2 3, more than was ordered",
    ],
    [{ interval_seconds: null }, ""],
  ])("%o is said as %s", (changed, words) => {
    expect(howOften({ ...BED, ...changed } as BedRound, NOW)).toBe(words);
  });

  it("no order lasts longer than the server takes", () => {
    expect(lastings(7 * 86_400).at(-1)).toBe(168);
    expect(lastings(86_400).at(-1)).toBe(24);
  });
});
