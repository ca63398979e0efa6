import { expect, test } from "vitest";
import type { WaveStretch } from "./frame";
import { Heard, QUIET_MS } from "./heard";

const FRAME_MS = 100;
const TEN = Int16Array.from({ length: 10 }, (_, place) => place);
const stretch = (start: number, more: Partial<WaveStretch> = {}): WaveStretch => ({
  patient: 7,
  device: 3,
  wave: "ecg_ii",
  start,
  rate: 100,
  scale: 1,
  samples: TEN,
  ...more,
});

function seen(heard: Heard): { at: number; isJoined: boolean }[] {
  const found: { at: number; isJoined: boolean }[] = [];
  heard.of(7, "ecg_ii").track.walk(-1, 1e9, (at, _, isJoined) => found.push({ at, isJoined }));
  return found;
}

const breaks = (heard: Heard) => seen(heard).filter(({ isJoined }) => !isJoined);

test("a frame that never came is a gap of its own length, and what follows keeps its place", () => {
  const heard = new Heard();
  for (const number of [0, 1, 3, 4]) heard.take([stretch(number * FRAME_MS)], 1_000);
  expect(breaks(heard).map(({ at }) => at)).toEqual([0, 3 * FRAME_MS]);
  expect(seen(heard).at(-1)?.at).toBe(4 * FRAME_MS + 90);
});

test("a frame that comes late leaves its gap as it was drawn", () => {
  const heard = new Heard();
  for (const number of [0, 2, 1]) heard.take([stretch(number * FRAME_MS)], 1_000);
  expect(seen(heard)).toHaveLength(20);
  expect(breaks(heard).map(({ at }) => at)).toEqual([0, 2 * FRAME_MS]);
});

test("a device whose clock was set back is drawn again after the quiet it left", () => {
  const heard = new Heard();
  heard.take([stretch(3_600_000)], 1_000);
  heard.take([stretch(0)], 1_100);
  expect(heard.of(7, "ecg_ii").heard).toBe(1_000); // nothing new: not live by that
  heard.take([stretch(FRAME_MS)], 1_000 + QUIET_MS);
  expect(seen(heard)[0]?.at).toBe(FRAME_MS);
  expect(heard.of(7, "ecg_ii").heard).toBe(1_000 + QUIET_MS);
});

test("of two devices with the same wave the one heard first keeps the lane, until it is quiet", () => {
  const heard = new Heard();
  heard.take([stretch(0), stretch(0, { device: 4, samples: TEN.map(() => 99) })], 1_000);
  expect(seen(heard)).toHaveLength(10);
  heard.take([stretch(200, { device: 4 })], 1_000 + QUIET_MS);
  expect(seen(heard).map(({ at }) => at)[0]).toBe(200);
});

test("a patient's lanes are laid out anew when a wave is heard for the first time", () => {
  const heard = new Heard();
  expect([...heard.take([stretch(0)], 1_000)]).toEqual([7]);
  expect([...heard.take([stretch(100)], 1_100)]).toEqual([]);
  expect([...heard.take([stretch(200), stretch(200, { wave: "pleth" })], 1_200)]).toEqual([7]);
});

test("a patient of whom nothing was heard has no pen", () => {
  const heard = new Heard();
  expect(heard.pen(7, 1_000)).toBeNull();
  expect(heard.isAny).toBe(false);
});
