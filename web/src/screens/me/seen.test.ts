import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { receipt } from "./seen";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it is asked for until the server has it, once", async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(undefined);
  const { tell } = receipt(send, () => true);
  await tell();
  await tell();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(send).toHaveBeenCalledTimes(2);
});

test("what has left the page while it was asked for is never said to be seen later", async () => {
  let fails: (error: Error) => void = () => undefined;
  const send = vi.fn(() => new Promise((_, reject) => (fails = reject)));
  const { tell, stop } = receipt(send, () => true);
  const asked = tell();
  stop();
  fails(new Error("away"));
  await asked;
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("what nobody sees is not said to be seen", async () => {
  const send = vi.fn().mockResolvedValue(undefined);
  await receipt(send, () => false).tell();
  expect(send).not.toHaveBeenCalled();
});
