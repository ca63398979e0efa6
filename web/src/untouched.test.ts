import { afterEach, expect, test, vi } from "vitest";

/** A tab of its own: what it has loaded is its own, what the browser keeps is everybody's. */
async function tab(kept: Map<string, string>) {
  vi.resetModules();
  const listeners: (() => void)[] = [];
  vi.stubGlobal("document", {
    addEventListener: (_: string, heard: () => void) => listeners.push(heard),
  });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  const { isUntouched, untouchedFor } = await import("./untouched");
  return { isUntouched, untouchedFor, touch: () => listeners[0]?.() };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a page just opened was touched, and a minute later it was not", async () => {
  const { isUntouched, untouchedFor } = await tab(new Map());
  const now = Date.now();
  expect(isUntouched(now)).toBe(false);
  expect(isUntouched(now + 61_000)).toBe(true);
  expect(untouchedFor(now + 61_000)).toBeGreaterThanOrEqual(61_000);
});

test("who works in one tab is there for every other of the same browser", async () => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  const [board, bedside] = [await tab(kept), await tab(kept)];
  for (let minute = 0; minute < 20; minute++) {
    vi.advanceTimersByTime(60_000);
    bedside.touch();
  }
  vi.advanceTimersByTime(10_000);
  expect(bedside.untouchedFor()).toBe(10_000);
  expect(board.untouchedFor()).toBeLessThan(20_000);
  // Whether a page asks by itself is its own: that alone keeps no sign-in alive.
  expect(board.isUntouched()).toBe(true);
});
