import { expect, test } from "vitest";
import { loadsAnew } from "./crash";

function kept() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

test("a file that is gone loads the page anew, and where that was no help says so", () => {
  const memory = kept();
  expect(loadsAnew(memory, 1_000_000)).toBe(true);
  expect(loadsAnew(memory, 1_003_000)).toBe(false);
  expect(loadsAnew(memory, 1_060_000)).toBe(true);
  expect(loadsAnew(memory, 1_000_000)).toBe(true); // the clock went back
});
