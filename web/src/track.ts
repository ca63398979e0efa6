// The last seconds of one waveform, by the device's own time, gaps and all. Pure.

/** A wave on a board is never looked back at further than this. */
export const KEPT_MS = 14_000;

type Stretch = { start: number; step: number; values: Float32Array };
export type Pen = (at: number, value: number, isJoined: boolean) => void;

const endOf = (stretch: Stretch): number => stretch.start + stretch.values.length * stretch.step;

export class Track {
  private stretches: Stretch[] = [];

  /** Time after the last sample, or null when nothing was heard. */
  get end(): number | null {
    const last = this.stretches.at(-1);
    return last ? endOf(last) : null;
  }

  /** Add samples that begin at `start` (ms). What overlaps the known past was sent twice. */
  push(start: number, rate: number, scale: number, samples: Int16Array): void {
    const step = 1000 / rate;
    const known = this.end ?? -Infinity;
    const skip = Math.max(0, Math.ceil((known - start) / step - 0.5));
    if (skip >= samples.length) return;
    const values = Float32Array.from(samples.subarray(skip), (sample) => sample * scale);
    this.stretches.push({ start: start + skip * step, step, values });
    const oldest = start + samples.length * step - KEPT_MS;
    while (this.stretches[0] && endOf(this.stretches[0]) < oldest) this.stretches.shift();
  }

  /**
   * Walk the samples in (from, to], oldest first.
   * `isJoined` is false where a sample does not follow the one before: there the line breaks.
   */
  walk(from: number, to: number, pen: Pen): void {
    let last = -Infinity;
    for (const { start, step, values } of this.stretches) {
      if (start > to) return;
      const first = Math.min(values.length, Math.max(0, Math.floor((from - start) / step) + 1));
      const count = Math.min(values.length, Math.floor((to - start) / step) + 1);
      if (first > 0) last = start + (first - 1) * step;
      for (let place = first; place < count; place++) {
        const at = start + place * step;
        pen(at, values[place] ?? 0, at - last < 1.6 * step);
        last = at;
      }
    }
  }
}
