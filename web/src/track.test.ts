import { expect, test } from "vitest";
import { KEPT_MS, Track } from "./track";

const RATE = 100; // a sample each 10 ms
const ramp = (from: number, count: number) =>
  Int16Array.from({ length: count }, (_, i) => from + i);

function walked(track: Track, from: number, to: number) {
  const seen: [number, number, boolean][] = [];
  track.walk(from, to, (at, value, isJoined) => seen.push([at, value, isJoined]));
  return seen;
}

test("frames that follow each other draw one line", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(100, RATE, 1, ramp(10, 10));
  const seen = walked(track, -1, 195);
  expect(seen.map(([, value]) => value)).toEqual([...ramp(0, 20)]);
  expect(seen.filter(([, , isJoined]) => !isJoined)).toHaveLength(1); // only the very first
});

test("a lost frame leaves a gap, not a straight line", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(200, RATE, 1, ramp(20, 10));
  const broken = walked(track, -1, 300).filter(([, , isJoined]) => !isJoined);
  expect(broken.map(([at]) => at)).toEqual([0, 200]);
});

test("a line drawn in two walks has no seam and no sample twice", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(100, RATE, 1, ramp(10, 10));
  const seen = [...walked(track, -1, 42), ...walked(track, 42, 90), ...walked(track, 90, 195)];
  expect(seen.map(([, value]) => value)).toEqual([...ramp(0, 20)]);
  expect(seen.slice(1).every(([, , isJoined]) => isJoined)).toBe(true);
});

test("what a device sends twice is kept once", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(50, RATE, 1, ramp(5, 10));
  expect(walked(track, -1, 145).map(([, value]) => value)).toEqual([...ramp(0, 15)]);
});

test("the past is forgotten", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(KEPT_MS + 200, RATE, 1, ramp(0, 10));
  expect(walked(track, -1, KEPT_MS)).toHaveLength(0);
});
