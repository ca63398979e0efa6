import { expect, test } from "vitest";
import { ServerClock } from "./clock";

const at = (ms: number, wallJump = 0) => ({ steady: ms, wall: 5_000_000 + ms + wallJump });

test("between beats the time goes on", () => {
  const clock = new ServerClock();
  clock.hear(1_000_000, at(100));
  expect(clock.now(at(3_100))).toBe(1_003_000);
});

test("a beat that was held up does not turn time back", () => {
  const clock = new ServerClock();
  clock.hear(1_000_000, at(0));
  clock.hear(1_001_000, at(3_500));
  expect(clock.now(at(3_500))).toBe(1_003_500);
});

test("a page that slept knows that it is later, though its steady clock stood still", () => {
  const clock = new ServerClock();
  clock.hear(1_000_000, at(0));
  expect(clock.now(at(1_000, 600_000))).toBe(1_601_000);
});

test("a wall clock set back does not keep values fresh", () => {
  const clock = new ServerClock();
  clock.hear(1_000_000, at(0));
  expect(clock.now(at(20_000, -3_600_000))).toBe(1_020_000);
});
