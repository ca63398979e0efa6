import { expect, test } from "vitest";
import { isUntouched, untouchedFor } from "./untouched";

test("a page just opened was touched, and a minute later it was not", () => {
  const now = Date.now();
  expect(isUntouched(now)).toBe(false);
  expect(isUntouched(now + 61_000)).toBe(true);
  expect(untouchedFor(now + 61_000)).toBeGreaterThanOrEqual(61_000);
});
