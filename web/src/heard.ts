// What was heard of everybody's waves, and where each patient's pen is. Pure.

import type { WaveName, WaveStretch } from "./frame";
import { Gain } from "./gain";
import { Playout } from "./playout";
import { Track } from "./track";
import { DRAWN } from "./wave-looks";

/** A wave that is silent for so long is not live. */
export const QUIET_MS = 3_000;

export type Source = {
  track: Track;
  gain: Gain;
  device: number;
  /** When anything new was last heard, by the page's own steady clock; 0: never. */
  heard: number;
};

export class Heard {
  private readonly sources = new Map<string, Source>();
  private readonly playouts = new Map<number, Playout>();

  get isAny(): boolean {
    return this.playouts.size > 0;
  }

  of(patient: number, wave: WaveName): Source {
    const key = `${patient} ${wave}`;
    const known = this.sources.get(key);
    if (known) return known;
    const made = { track: new Track(), gain: new Gain(DRAWN[wave].floor), device: 0, heard: 0 };
    this.sources.set(key, made);
    return made;
  }

  /** The device's time under a patient's pen, or null before the first of their waves. */
  pen(patient: number, now: number): number | null {
    return this.playouts.get(patient)?.position(now) ?? null;
  }

  /** Take what one message brought; whose lanes have become more. */
  take(stretches: readonly WaveStretch[], now: number): Set<number> {
    const grown = new Set<number>();
    const lumps = new Map<number, { start: number; end: number }>();
    for (const stretch of stretches) {
      const { patient, wave, start, rate, samples } = stretch;
      const source = this.of(patient, wave);
      const isFirst = source.heard === 0;
      if (!takenBy(source, stretch, now)) continue;
      if (isFirst) grown.add(patient);
      const end = start + (samples.length * 1000) / rate;
      const lump = lumps.get(patient);
      if (lump) {
        lump.start = Math.min(lump.start, start);
        lump.end = Math.max(lump.end, end);
      } else lumps.set(patient, { start, end });
    }
    for (const [patient, { start, end }] of lumps) {
      this.playout(patient).hear(end, end - start, now);
    }
    return grown;
  }

  private playout(patient: number): Playout {
    const known = this.playouts.get(patient);
    if (known) return known;
    const made = new Playout();
    this.playouts.set(patient, made);
    return made;
  }
}

/** Whether this lane is that device's, and anything of it is new. */
function takenBy(source: Source, stretch: WaveStretch, now: number): boolean {
  const { device, start, rate, scale, samples } = stretch;
  const isQuiet = now - source.heard >= QUIET_MS;
  // Two devices may send the same wave of one patient: the one heard first keeps the lane.
  if (source.device !== device && source.heard > 0 && !isQuiet) return false;
  if (source.device !== device) source.track = new Track();
  source.device = device;
  const before = source.track.end;
  source.track.push(start, rate, scale, samples);
  if (source.track.end === before) {
    // All of it lies back. Once is a late frame; for seconds, a clock that was set back.
    if (!isQuiet) return false;
    source.track = new Track();
    source.track.push(start, rate, scale, samples);
  }
  source.heard = now;
  source.gain.feed(start, scaled(samples, scale));
  return true;
}

function* scaled(samples: Int16Array, scale: number): Generator<number> {
  for (const sample of samples) yield sample * scale;
}
