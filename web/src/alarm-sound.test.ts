import { afterEach, describe, expect, test, vi } from "vitest";
import { pulses, render, Speaker, secondsBetweenBursts } from "./alarm-sound";

const RATE = 16_000;
const SILENCE = 0.01;
const HOLD_SECONDS = 0.02; // silence shorter than this is a zero crossing, not a pause

/** Pulses as a listener would find them: stretches of sound between stretches of silence. */
function heard(samples: Float32Array): { start: number; length: number }[] {
  const found: { start: number; end: number }[] = [];
  samples.forEach((sample, place) => {
    if (Math.abs(sample) < SILENCE) return;
    const at = place / RATE;
    const last = found.at(-1);
    if (last && at - last.end < HOLD_SECONDS) last.end = at;
    else found.push({ start: at, end: at });
  });
  return found.map(({ start, end }) => ({ start, length: end - start }));
}

/** Strength of one frequency in the samples (Goertzel). */
function strength(samples: Float32Array, hertz: number): number {
  const turn = (2 * Math.PI * hertz) / RATE;
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, place) => {
    real += sample * Math.cos(turn * place);
    imaginary += sample * Math.sin(turn * place);
  });
  return Math.hypot(real, imaginary);
}

test.each([
  ["high", 10],
  ["medium", 3],
  ["low", 1],
] as const)("a %s burst is heard as %i pulses", (priority, count) => {
  const found = heard(render(priority, RATE));
  expect(found).toHaveLength(count);
  pulses(priority).forEach((pulse, place) => {
    expect(found[place]?.start).toBeCloseTo(pulse.start, 1);
  });
});

describe("a high burst keeps the standard's times", () => {
  const all = pulses("high");
  const gaps = all.slice(1).map((pulse, place) => {
    const before = all[place] ?? pulse;
    return pulse.start - before.start - before.length;
  });
  test("pulses of 75 to 200 ms", () => {
    expect(all.every(({ length }) => length >= 0.075 && length <= 0.2)).toBe(true);
  });
  test.each([0, 1, 3, 5, 6, 8])("50 to 125 ms after pulse %i", (place) => {
    expect(gaps[place]).toBeGreaterThanOrEqual(0.05);
    expect(gaps[place]).toBeLessThanOrEqual(0.125);
  });
  test("350 ms to 1.3 s between its halves", () => {
    expect(gaps[4]).toBeGreaterThanOrEqual(0.35);
    expect(gaps[4]).toBeLessThanOrEqual(1.3);
  });
});

test.each(["high", "medium", "low"] as const)("a %s pulse has four harmonics in 15 dB", (one) => {
  const first = pulses(one)[0]?.length ?? 0;
  const pulse = render(one, RATE).subarray(0, first * RATE);
  const base = { high: 660, medium: 523, low: 440 }[one];
  const levels = [1, 2, 3, 4].map((k) => 20 * Math.log10(strength(pulse, base * k)));
  expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(15);
});

test("the more urgent, the sooner again, and all within the standard", () => {
  const again = (["high", "medium", "low"] as const).map(secondsBetweenBursts);
  expect(again).toEqual([...again].sort((a, b) => a - b));
  expect(again[0]).toBeLessThanOrEqual(15);
  expect(again[1]).toBeLessThanOrEqual(30);
  expect(again[2]).toBeGreaterThan(15);
});

test("no sample is beyond full scale", () => {
  expect(Math.max(...render("high", RATE).map(Math.abs))).toBeLessThanOrEqual(1);
});

/** As much of a browser's loudspeaker as a burst asks of it; the system may stop it and let it go on. */
class Loudspeaker {
  state = "suspended";
  sampleRate = 8_000;
  destination = 0;
  onstatechange = () => undefined;
  createBuffer = () => ({ copyToChannel: () => undefined });
  createGain = () => ({ gain: { value: 0 }, connect: () => undefined });
  createBufferSource = () => ({ connect: (next: object) => next, start: () => undefined });
  resume = async () => this.become("running");
  suspend = async () => this.become("suspended");
  become(state: string): void {
    this.state = state;
    this.onstatechange();
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a sound that the system stopped comes back with it, and goes on", async () => {
  vi.useFakeTimers();
  const opened: Loudspeaker[] = [];
  const Opened = class extends Loudspeaker {
    override destination = opened.push(this);
  };
  vi.stubGlobal("AudioContext", Opened);
  const speaker = new Speaker();
  speaker.setUrgency("high");
  await speaker.arm();
  const [loudspeaker = new Loudspeaker()] = opened;
  vi.advanceTimersByTime(10_000);
  loudspeaker.become("interrupted"); // a telephone call
  expect(speaker.getState()).toBe("off");
  vi.advanceTimersByTime(60_000);
  const before = speaker.played;
  loudspeaker.become("running");
  expect(speaker.getState()).toBe("on");
  expect(speaker.played).toBe(before + 1);
  vi.advanceTimersByTime(11_000);
  expect(speaker.played).toBe(before + 2);
});
