// Alarm sounds, made from numbers: no files, and every burst can be measured in a test.
//
// IEC 60601-1-8:2006+A2:2020, tables 3 and 4: ten pulses for high, three for medium, one for low;
// pulses of 75 to 200 ms (high) or 125 to 250 ms; at least four harmonics between 300 and 4000 Hz
// within 15 dB of each other.

import type { Priority } from "./words";

/** Seconds. `start` from the burst's beginning. */
export type Pulse = { start: number; length: number };

type Shape = { length: number; gaps: readonly number[]; again: number };

const X = 0.1; // 50 to 125 ms between the pulses of a high priority burst
const Y = 0.2; // 125 to 250 ms between those of a medium one
const HIGH_LENGTH = 0.15;
const HALF = [X, X, 2 * X + HIGH_LENGTH, X] as const;

// `again`: seconds from one burst's end to the next one's start (2.5 to 15, 2.5 to 30, over 15).
const SHAPES: Record<Priority, Shape> = {
  high: { length: HIGH_LENGTH, gaps: [...HALF, 0.6, ...HALF], again: 7 },
  medium: { length: 0.2, gaps: [Y, Y], again: 18 },
  low: { length: 0.2, gaps: [], again: 30 },
};

const FUNDAMENTAL_HERTZ: Record<Priority, number> = { high: 660, medium: 523, low: 440 };
const HARMONICS = [1, 0.7, 0.6, 0.45, 0.35] as const;
const RISE_SHARE = 0.2; // of the pulse's length; 10 to 40 % is asked
const LOUDNESS = 0.5;

export function pulses(priority: Priority): Pulse[] {
  const { length, gaps } = SHAPES[priority];
  let start = 0;
  return [0, ...gaps].map((gap, place) => {
    start += place ? length + gap : 0;
    return { start, length };
  });
}

export function secondsBetweenBursts(priority: Priority): number {
  return SHAPES[priority].again;
}

/** One burst as samples between -1 and 1. */
export function render(priority: Priority, rate: number): Float32Array<ArrayBuffer> {
  const all = pulses(priority);
  const last = all.at(-1) ?? { start: 0, length: 0 };
  const samples = new Float32Array(Math.ceil((last.start + last.length) * rate));
  const hertz = FUNDAMENTAL_HERTZ[priority];
  const total = HARMONICS.reduce((sum, part) => sum + part, 0);
  for (const { start, length } of all) {
    const first = Math.round(start * rate);
    const count = Math.round(length * rate);
    for (let place = 0; place < count; place++) {
      const time = place / rate;
      const wave = HARMONICS.reduce(
        (sum, part, k) => sum + part * Math.sin(2 * Math.PI * hertz * (k + 1) * time),
        0,
      );
      samples[first + place] = (LOUDNESS * envelope(place / count) * wave) / total;
    }
  }
  return samples;
}

/** Rises and falls over a fifth of the pulse, so that it does not click. */
function envelope(share: number): number {
  return Math.min(1, share / RISE_SHARE, (1 - share) / RISE_SHARE);
}

export type SoundState = "off" | "on";

/**
 * Plays the most urgent alarm's burst, again and again, once a person has allowed sound:
 * a browser plays nothing before the first press on the page.
 */
export class Speaker {
  private context: AudioContext | null = null;
  private urgency: Priority | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();
  private state: SoundState = "off";
  /** Bursts played; a test counts them. */
  played = 0;

  getState = (): SoundState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async arm(): Promise<void> {
    this.context ??= this.open();
    await this.context.resume();
    this.notice();
    // One soft pulse says that the loudspeaker works.
    this.play("low", 0.4);
    this.again();
  }

  async disarm(): Promise<void> {
    clearTimeout(this.timer);
    await this.context?.suspend();
    this.notice();
  }

  /** The most urgent alarm nobody has answered; null: silence. */
  setUrgency(urgency: Priority | null): void {
    if (urgency === this.urgency) return;
    this.urgency = urgency;
    clearTimeout(this.timer);
    if (this.state === "on") this.burst();
  }

  private open(): AudioContext {
    const context = new AudioContext();
    // A telephone call or the system may stop us: then the page must say that sound is off. Where it
    // lets us go on, what rings is heard at once: no timer runs that would bring it.
    context.onstatechange = () => {
      if (this.notice()) this.burst();
    };
    return context;
  }

  /** Say whether sound is on; true where it has begun. */
  private notice(): boolean {
    const state = this.context?.state === "running" ? "on" : "off";
    if (state === this.state) return false;
    this.state = state;
    for (const listener of this.listeners) listener();
    return state === "on";
  }

  private burst(): void {
    if (!this.urgency || this.state !== "on") return;
    this.play(this.urgency, 1);
    this.again();
  }

  private again(): void {
    clearTimeout(this.timer);
    if (!this.urgency) return;
    const last = pulses(this.urgency).at(-1) ?? { start: 0, length: 0 };
    const seconds = last.start + last.length + secondsBetweenBursts(this.urgency);
    this.timer = setTimeout(() => this.burst(), seconds * 1000);
  }

  private play(priority: Priority, loudness: number): void {
    const { context } = this;
    if (context?.state !== "running") return;
    const samples = render(priority, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    const volume = context.createGain();
    volume.gain.value = loudness;
    source.buffer = buffer;
    source.connect(volume).connect(context.destination);
    source.start();
    this.played += 1;
  }
}

export const speaker = new Speaker();
