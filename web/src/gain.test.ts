import { expect, test } from "vitest";
import { Gain, stepAbove } from "./gain";

const beat = (height: number, base = 0) => [base, base + height, base - height * 0.2];

test.each([
  [0.9, 1],
  [1, 1],
  [1.2, 1.5],
  [8, 10],
  [0.03, 0.03],
  [240, 300],
])("the step above %d is %d", (need, step) => {
  expect(stepAbove(need)).toBeCloseTo(step, 9);
});

test("a steady wave keeps its scale, breath after breath", () => {
  const gain = new Gain(0.5);
  gain.feed(0, beat(1));
  const first = gain.get();
  for (let at = 500; at < 30_000; at += 500) {
    gain.feed(at, beat(1 + 0.08 * Math.sin(at / 700)));
    expect(gain.settle()).toEqual(first);
  }
});

test("a wave that outgrows its lane is fitted at the next sweep", () => {
  const gain = new Gain(0.5);
  gain.feed(0, beat(1));
  gain.get();
  gain.feed(500, beat(3));
  const { middle, range } = gain.settle();
  expect(middle + range / 2).toBeGreaterThanOrEqual(3);
  expect(middle - range / 2).toBeLessThanOrEqual(-0.6);
});

test("one tall artefact is forgotten after some seconds", () => {
  const gain = new Gain(0.5);
  gain.feed(0, beat(20));
  const tall = gain.get().range;
  for (let at = 500; at < 10_000; at += 500) gain.feed(at, beat(1));
  expect(gain.settle().range).toBeLessThan(tall / 5);
});

test("noise on a lead that fell off is not blown up", () => {
  const gain = new Gain(0.8);
  gain.feed(0, [0.01, -0.01, 0.012]);
  expect(gain.get().range).toBeGreaterThanOrEqual(0.8);
});
