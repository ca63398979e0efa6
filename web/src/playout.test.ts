import { expect, test } from "vitest";
import { BUFFER_MS, Playout } from "./playout";

const FRAME_MS = 250;

/** Frames that each arrive `late(k)` after their last sample; the pen's place every 16 ms. */
function played(late: (frame: number) => number, frames = 80) {
  const playout = new Playout();
  const arrivals = Array.from({ length: frames }, (_, k) => {
    const end = 50_000 + (k + 1) * FRAME_MS;
    return { end, now: end + late(k) };
  });
  const places: { now: number; place: number; newest: number }[] = [];
  let heard = 0;
  let newest = 0;
  for (let now = arrivals[0]?.now ?? 0; now < (arrivals.at(-1)?.now ?? 0); now += 16) {
    for (let next = arrivals[heard]; next && next.now <= now; next = arrivals[++heard]) {
      playout.hear(next.end, FRAME_MS, next.now);
      newest = Math.max(newest, next.end);
    }
    const place = playout.position(now);
    if (place !== null) places.push({ now, place, newest });
  }
  return places;
}

test("nothing is drawn before the first frame", () => {
  expect(new Playout().position(0)).toBeNull();
});

test("the pen never runs ahead of what was heard, through 200 ms of jitter", () => {
  const places = played((k) => 40 + ((k * 7919) % 200));
  expect(places.every(({ place, newest }) => place <= newest)).toBe(true);
});

test("the pen stays close: no more behind than the buffer and the jitter", () => {
  const places = played(() => 40);
  expect(places.every(({ now, place }) => now - place <= 40 + BUFFER_MS + 1)).toBe(true);
});

test("the pen runs smoothly: each step within a few hundredths of the time that passed", () => {
  const places = played((k) => 40 + ((k * 7919) % 300)).slice(100);
  const steps = places.slice(1).map(({ place }, k) => place - (places[k]?.place ?? 0));
  expect(Math.min(...steps)).toBeGreaterThan(14);
  expect(Math.max(...steps)).toBeLessThan(18);
});

test("a device whose clock is an hour wrong is drawn all the same", () => {
  const places = played(() => 3_600_000 + 40);
  expect(places.at(-1)?.place).toBeCloseTo((places.at(-1)?.now ?? 0) - 3_600_000 - 640, -1);
});
