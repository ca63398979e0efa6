import { expect, test } from "vitest";
import { lookOf, riskInWords, scoreInWords, worstInWords } from "./score";
import type { Risk } from "./words";

const whole = (total: number, risk: Risk) => ({ total, low: total, high: total, risk });
const partial = (low: number, high: number, risk: Risk) => ({ total: null, low, high, risk });

test("a whole score looks as its risk", () => {
  for (const score of [whole(0, "low"), whole(3, "low-medium"), whole(5, "medium")]) {
    expect(lookOf(score)).toBe(score.risk);
    expect(riskInWords(score)).toBe(`${score.risk} risk`);
    expect(worstInWords(score)).toBeNull();
  }
});

test("with inputs missing nothing looks low", () => {
  const score = partial(0, 11, "low");
  expect(lookOf(score)).toBe("incomplete");
  expect(riskInWords(score)).toBe("incomplete");
  expect(scoreInWords(score)).toBe("0–11");
  expect(worstInWords(score)).toBe("high");
});

test("one certain red value keeps its colour, but not the word of a whole score", () => {
  expect(lookOf(partial(3, 9, "low-medium"))).toBe("low-medium");
  expect(riskInWords(partial(3, 9, "low-medium"))).toBe("incomplete");
});

test("what is certain already is said, whatever is missing", () => {
  expect(lookOf(partial(5, 8, "medium"))).toBe("medium");
  expect(riskInWords(partial(5, 8, "medium"))).toBe("at least medium risk");
  expect(lookOf(partial(8, 20, "high"))).toBe("high");
  expect(riskInWords(partial(8, 20, "high"))).toBe("high risk");
});

test("a score in colours says its colours", () => {
  expect(scoreInWords({ ...whole(3, "medium"), said: "1 red 1 yellow" })).toBe("1 red 1 yellow");
  expect(scoreInWords({ ...whole(7, "high"), said: "7" })).toBe("7");
});

test("the server's word on the worst counts more than the thresholds of NEWS2", () => {
  expect(worstInWords({ ...partial(0, 26, "low"), risk_at_worst: "medium" })).toBe("medium");
});

test("an inner range of certain points is still called incomplete", () => {
  expect(lookOf(partial(1, 1, "low"))).toBe("incomplete");
  expect(worstInWords(partial(1, 4, "low"))).toBe("low");
  expect(worstInWords(partial(1, 5, "low"))).toBe("medium");
});
