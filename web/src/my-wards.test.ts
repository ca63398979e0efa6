import { expect, test } from "vitest";
import { followedOf, SHIFT_MS, withOpened } from "./my-wards";

const NOW = 1_000 * SHIFT_MS;

test("a second ward does not end the first", () => {
  const kept = withOpened(withOpened({}, 3, NOW), 5, NOW + 1_000);
  expect(followedOf(kept, NOW + 2_000)).toEqual([3, 5]);
});

test("a new shift begins with the ward opened last, and then with its own", () => {
  const kept = withOpened(withOpened({}, 3, NOW), 5, NOW + 1_000);
  const later = NOW + SHIFT_MS + 5_000;
  expect(followedOf(kept, later)).toEqual([5]);
  expect(followedOf(withOpened(kept, 4, later), later)).toEqual([4]);
});

test("who said no is not asked to follow again in this shift", () => {
  const kept = { 3: { at: NOW, isFollowed: false } };
  expect(followedOf(withOpened(kept, 3, NOW + 1_000), NOW + 1_000)).toEqual([]);
  expect(followedOf(withOpened(kept, 3, NOW + SHIFT_MS), NOW + SHIFT_MS)).toEqual([3]);
});

test("no more wards than the server hears of", () => {
  let kept = {};
  for (let ward = 0; ward < 40; ward++) kept = withOpened(kept, ward, NOW + ward);
  expect(followedOf(kept, NOW + 50)).toHaveLength(32);
  expect(followedOf(kept, NOW + 50)).toContain(39);
});
