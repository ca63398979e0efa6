import { describe, expect, test } from "vitest";
import type { Line, Why } from "../../panel-api";
import { countOf, sifted } from "./sift";

const line = (id: number, name: string, ...kinds: Why[]): Line => ({
  id,
  name,
  record_number: `R-${id}`,
  age: 70,
  sex: "female",
  counted: 1,
  points: kinds.length,
  reasons: kinds.map((kind) => ({ kind, points: 1, words: kind })),
  expected: 0,
  done: 0,
  last_reading: null,
  acted: null,
  act: null,
  acted_by: null,
});
const LINES = [line(1, "Žofie", "trend", "silence"), line(2, "Bela", "trend"), line(3, "Cleo")];
const names = (why: Why | "any" | "all", text = "") =>
  sifted(LINES, { why, text }).map(({ name }) => name);

describe("the panel's lines", () => {
  test("a line in which somebody writes stays, whatever became of its reasons", () => {
    const held = sifted(LINES, { why: "any", text: "" }, new Set([3]));
    expect(held.map(({ name }) => name)).toEqual(["Žofie", "Bela", "Cleo"]);
  });

  test("of one reason, of any, or everybody, in their order", () => {
    expect(names("silence")).toEqual(["Žofie"]);
    expect(names("any")).toEqual(["Žofie", "Bela"]);
    expect(names("all")).toEqual(["Žofie", "Bela", "Cleo"]);
  });

  test("by name or record number, in any case", () => {
    expect(names("all", " žof ")).toEqual(["Žofie"]);
    expect(names("all", "r-3")).toEqual(["Cleo"]);
    expect(names("trend", "cleo")).toEqual([]);
  });

  test("each reason is counted once a line", () => {
    expect(countOf([line(1, "A", "trend", "trend"), ...LINES]).get("trend")).toBe(3);
  });
});
