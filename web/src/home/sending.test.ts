import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sending } from "./sending";
import { shelf } from "./shelf";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
});

afterEach(() => {
  sending.start(null);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("hours without a way to send ask no more often at their end than at their beginning", async () => {
  const asked = vi.spyOn(shelf, "all").mockRejectedValue(new Error("away"));
  sending.start(7);
  await vi.advanceTimersByTimeAsync(3_600_000);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(3_600_000);
  const first = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(3 * 3_600_000);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(first);
  expect(first).toBeLessThan(3 * 2 * 120 + 10); // each look reads thrice, at most twice in 30 s
});

test("who is signed out is not asked for again", async () => {
  const asked = vi.spyOn(shelf, "all").mockRejectedValue(new Error("away"));
  sending.start(7);
  await vi.advanceTimersByTimeAsync(5_000);
  sending.start(null);
  await vi.advanceTimersByTimeAsync(100);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("a way that is back is tried soon again where the first try fails", async () => {
  const asked = vi.spyOn(shelf, "all").mockRejectedValue(new Error("away"));
  sending.start(7);
  await vi.advanceTimersByTimeAsync(601_000); // by now it is tried twice a minute
  sending.send();
  await vi.advanceTimersByTimeAsync(100);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toHaveBeenCalled();
});
