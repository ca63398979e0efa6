import { expect, test } from "vitest";
import type { Bed, Score } from "../../words";
import { inOrder } from "./order";

const bed = (name: string, id: number | null) =>
  ({ bed: name, patient: id === null ? null : { id } }) as Bed;
const score = (total: number | null, high = total ?? 0) => ({ total, high, low: 0 }) as Score;
const BEDS = [bed("3-10", 1), bed("3-02", 2), bed("3-01", null), bed("3-03", 3)];
const SCORES: Record<number, Score | null> = { 1: score(2), 2: score(null, 9), 3: score(7) };

test("beds come in the order of their numbers, not of their letters", () => {
  const names = inOrder(BEDS, "bed", () => null).map((one) => one.bed);
  expect(names).toEqual(["3-01", "3-02", "3-03", "3-10"]);
});

test("the sickest first; what may be bad counts as bad; empty beds last", () => {
  const names = inOrder(BEDS, "risk", (id) => SCORES[id] ?? null).map((one) => one.bed);
  expect(names).toEqual(["3-02", "3-03", "3-10", "3-01"]);
});
