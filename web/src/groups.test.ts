import { expect, test } from "vitest";
import { Groups } from "./groups";

type Thing = { of: number | null; id: number };
const one = { of: 1, id: 1 };
const two = { of: 2, id: 2 };

test("each key has its own, in their order", () => {
  const groups = new Groups<Thing>(({ of }) => of);
  const third = { of: 1, id: 3 };
  expect(groups.get([one, two, third], 1)).toEqual([one, third]);
  expect(groups.get([one, two, third], 9)).toEqual([]);
});

test("a group stays the same array while only others change", () => {
  const groups = new Groups<Thing>(({ of }) => of);
  const before = groups.get([one, two], 1);
  expect(groups.get([one, { of: 2, id: 4 }], 1)).toBe(before);
  expect(groups.get([{ ...one }, two], 1)).not.toBe(before);
});

test("nothing is the same nothing", () => {
  const groups = new Groups<Thing>(({ of }) => of);
  expect(groups.get([one], 5)).toBe(groups.get([two], 6));
});

test("what is gone is gone from its group", () => {
  const groups = new Groups<Thing>(({ of }) => of);
  groups.get([one, { of: 1, id: 9 }], 1);
  expect(groups.get([one], 1)).toEqual([one]);
  expect(groups.get([], 1)).toEqual([]);
});
