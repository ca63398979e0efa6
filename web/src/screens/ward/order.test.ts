import { expect, test } from "vitest";
import type { Bed, Risk, Score } from "../../words";
import { inOrder } from "./order";

const bed = (name: string, id: number | null) =>
  ({ bed: name, patient: id === null ? null : { id } }) as Bed;
const score = (total: number | null, high = total ?? 0, risk: Risk = "low") =>
  ({ total, high, low: 0, risk }) as Score;
const BEDS = [bed("3-10", 1), bed("3-02", 2), bed("3-01", null), bed("3-03", 3)];
const SCORES: Record<number, Score | null> = {
  1: score(2),
  2: score(null, 9),
  3: score(7, 7, "high"),
};

test("beds come in the order of their numbers, not of their letters", () => {
  const names = inOrder(BEDS, "bed", () => null).map((one) => one.bed);
  expect(names).toEqual(["3-01", "3-02", "3-03", "3-10"]);
});

test("the sickest first; what may be bad counts as bad; empty beds last", () => {
  const names = inOrder(BEDS, "risk", (id) => SCORES[id] ?? null).map((one) => one.bed);
  expect(names).toEqual(["3-02", "3-03", "3-10", "3-01"]);
});

test("scores of different kinds are compared by their risk, not by their points", () => {
  const scores: Record<number, Score> = { 1: score(7, 7, "low"), 2: score(2, 2, "medium") };
  const names = inOrder(BEDS.slice(0, 2), "risk", (id) => scores[id] ?? null);
  expect(names.map((one) => one.bed)).toEqual(["3-02", "3-10"]);
});
