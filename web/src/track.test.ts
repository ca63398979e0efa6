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

test("what a rounded clock shifts by less than half a sample is one line all the same", () => {
  const track = new Track();
  for (let frame = 0; frame < 100; frame++) {
    track.push(frame * 100.04, RATE, 1, ramp(frame * 10, 10));
  }
  const seen = walked(track, -1, 20_000);
  expect(seen.map(([, value]) => value)).toEqual([...ramp(0, 1000)]);
  expect(seen.filter(([, , isJoined]) => !isJoined)).toHaveLength(1);
  for (const [place, [at]] of seen.entries()) {
    expect(Math.abs(at - place * 10 - Math.floor(place / 10) * 0.04)).toBeLessThan(5);
  }
});

test("another rate or scale begins anew, and values keep theirs", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(1, 2));
  track.push(20, RATE, 0.5, ramp(1, 2));
  track.push(40, 2 * RATE, 0.5, ramp(1, 2));
  expect(walked(track, -1, 100).map(([at, value]) => [at, value])).toEqual([
    [0, 1],
    [10, 2],
    [20, 0.5],
    [30, 1],
    [40, 0.5],
    [45, 1],
  ]);
});

test("a copy stays as it is while the track goes on", () => {
  const track = new Track();
  track.push(0, RATE, 2, ramp(0, 3));
  const copy = track.copy();
  track.push(30, RATE, 2, ramp(3, 3));
  expect(copy).toEqual([{ start: 0, rate: RATE, scale: 2, samples: ramp(0, 3) }]);
});

test("the past is forgotten", () => {
  const track = new Track();
  track.push(0, RATE, 1, ramp(0, 10));
  track.push(KEPT_MS + 200, RATE, 1, ramp(0, 10));
  expect(walked(track, -1, KEPT_MS)).toHaveLength(0);
});
