import { expect, test } from "vitest";
import cases from "./cases.json";
import {
  type Answers,
  fits,
  fitting,
  flags,
  kept,
  type Line,
  numberIn,
  shown,
  signs,
  wrong,
} from "./rules";

const form = cases.form as unknown as Line[];

test.each(cases.cases)("$name", (each) => {
  const answers = each.answers as unknown as Answers;
  expect(shown(form, answers).map(({ link_id }) => link_id)).toEqual(each.shown);
  expect(wrong(form, answers).sort()).toEqual([...each.wrong].sort());
  expect(flags(form, answers)).toEqual(each.flags);
  expect(signs(form, answers)).toHaveLength(each.flags.length);
});

test("what another answer took away is not sent", () => {
  const before = { smokes: false, since: "2019-05-06", mood: "good" };
  expect(kept(form, { ...before, smokes: true })).toEqual({ smokes: true, mood: "good" });
  expect(kept(form, before)).toEqual(before);
});

test("what is half typed goes nowhere", () => {
  const lines: Line[] = [
    { link_id: "a", asks: "integer", is_required: true },
    { link_id: "b", asks: "boolean", flag: "call" },
  ];
  const given = { a: Number.NaN, b: true, c: "x" };
  expect(fitting(lines, given)).toEqual({ b: true });
  expect(signs(lines, fitting(lines, given))).toEqual(["b=true"]);
});

test("no number is none, and no date is one", () => {
  expect(fits({ link_id: "a", asks: "decimal" }, Number.NaN)).toBe(false);
  expect(fits({ link_id: "a", asks: "integer" }, true)).toBe(false);
  expect(fits({ link_id: "a", asks: "date" }, "2026-2-3")).toBe(false);
  expect(fits({ link_id: "a", asks: "date" }, "2028-02-29")).toBe(true);
  expect(fits({ link_id: "a", asks: "string" }, "x".repeat(2001))).toBe(false);
});

test.each([
  ["", undefined],
  [" 37,5 ", 37.5],
  ["0.", 0],
  ["37.0", 37],
  ["-2", -2],
  ["٣٧٫٥", 37.5],
  ["12 3", Number.NaN],
  ["many", Number.NaN],
])("%j is %j", (text, number) => {
  expect(numberIn(text)).toEqual(number);
});
