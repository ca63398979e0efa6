import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Paint, Teller } from "./teller";

let told: number[];
let paint: Paint;
let teller: Teller;

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(1000);
  told = [];
  paint = new Paint();
  teller = new Teller(paint);
  const began = performance.now();
  teller.subscribe(() => told.push(Math.round(performance.now() - began)));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what rings is told at once, with what was waiting", () => {
  teller.within(200);
  vi.advanceTimersByTime(30);
  teller.within(0);
  expect(told).toEqual([30]);
  vi.advanceTimersByTime(500);
  expect(told).toEqual([30]);
});

test("what waits is told together, by the earliest time that was asked for", () => {
  teller.within(200);
  vi.advanceTimersByTime(50);
  teller.within(60);
  teller.within(200);
  vi.advanceTimersByTime(500);
  expect(told).toEqual([110]);
});

test("what can wait is not drawn before what rings is painted", () => {
  let drawn: () => void = () => undefined;
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    drawn = draw;
  });
  teller.within(0);
  teller.within(60);
  vi.advanceTimersByTime(90);
  expect(told).toEqual([0]);
  drawn();
  vi.advanceTimersByTime(500);
  expect(told).toEqual([0, 90]);
});

test("nor what others wait for", () => {
  const numbers: number[] = [];
  const other = new Teller(paint);
  const began = performance.now();
  other.subscribe(() => numbers.push(Math.round(performance.now() - began)));
  other.within(100);
  vi.advanceTimersByTime(90);
  teller.within(0);
  expect(told).toEqual([90]);
  vi.advanceTimersByTime(200);
  expect(numbers).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(numbers).toEqual([340]);
});

test("where nothing is painted it does not wait for ever", () => {
  teller.within(0);
  teller.within(60);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([0, 250]);
});

test("what rings next waits for no paint", () => {
  teller.within(0);
  vi.advanceTimersByTime(20);
  teller.within(0);
  expect(told).toEqual([0, 20]);
});

test("a storm is told as often as can be drawn, and its last is not forgotten", () => {
  for (let ms = 0; ms < 100; ms += 2) {
    teller.tell();
    vi.advanceTimersByTime(2);
  }
  expect(told).toEqual([0, 2, 4, 6, 50, 50, 52, 54, 100]);
  vi.advanceTimersByTime(500);
  expect(told).toHaveLength(9);
});
