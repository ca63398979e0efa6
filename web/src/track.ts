// The last minutes of one waveform, by the device's own time, gaps and all. Pure.

/** What can be looked back at; at 500 samples a second of 32 beds with four leads, 23 MB. */
export const KEPT_MS = 180_000;
/** Frames of fifty milliseconds are kept together in blocks of this: a thousand times fewer. */
const BLOCK_MS = 2_000;

type Block = { start: number; step: number; scale: number; samples: Int16Array; count: number };
export type Pen = (at: number, value: number, isJoined: boolean) => void;
/** Samples without a gap; a value is a sample times `scale`. */
export type Piece = { start: number; rate: number; scale: number; samples: Int16Array };

const endOf = (block: Block): number => block.start + block.count * block.step;
/** A sample later than this after the one before does not follow it. */
const JOINED_STEPS = 1.6;

export class Track {
  private blocks: Block[] = [];

  /** Time after the last sample, or null when nothing was heard. */
  get end(): number | null {
    const last = this.blocks.at(-1);
    return last ? endOf(last) : null;
  }

  /** Add samples that begin at `start` (ms). What overlaps the known past was sent twice. */
  push(start: number, rate: number, scale: number, samples: Int16Array): void {
    const step = 1000 / rate;
    const known = this.end ?? -Infinity;
    const skip = Math.max(0, Math.ceil((known - start) / step - 0.5));
    if (skip >= samples.length) return;
    this.append(start + skip * step, step, scale, samples.subarray(skip));
    const oldest = start + samples.length * step - KEPT_MS;
    while (this.blocks[0] && endOf(this.blocks[0]) < oldest) this.blocks.shift();
  }

  private append(start: number, step: number, scale: number, samples: Int16Array): void {
    const last = this.blocks.at(-1);
    const isSame = last?.step === step && last.scale === scale;
    const follows = isSame && Math.abs(start - endOf(last)) < step / 2;
    if (last && follows && last.count + samples.length <= last.samples.length) {
      last.samples.set(samples, last.count);
      last.count += samples.length;
      return;
    }
    const room = new Int16Array(Math.max(samples.length, Math.ceil(BLOCK_MS / step)));
    room.set(samples);
    this.blocks.push({ start, step, scale, samples: room, count: samples.length });
  }

  /**
   * Walk the samples in (from, to], oldest first.
   * `isJoined` is false where a sample does not follow the one before: there the line breaks.
   */
  walk(from: number, to: number, pen: Pen): void {
    let last = -Infinity;
    for (let number = this.blockBefore(from); number < this.blocks.length; number++) {
      const { start, step, scale, samples, count } = this.blocks[number] as Block;
      if (start > to) return;
      const first = Math.min(count, Math.max(0, Math.floor((from - start) / step) + 1));
      const until = Math.min(count, Math.floor((to - start) / step) + 1);
      if (first > 0) last = start + (first - 1) * step;
      for (let place = first; place < until; place++) {
        const at = start + place * step;
        pen(at, (samples[place] as number) * scale, at - last < JOINED_STEPS * step);
        last = at;
      }
    }
  }

  /** The last block that begins before `from`, or the first: a pen is mostly at the end. */
  private blockBefore(from: number): number {
    let number = this.blocks.length - 1;
    while (number > 0 && (this.blocks[number] as Block).start > from) number--;
    return Math.max(0, number);
  }

  /** All that is kept, as pieces of their own: to look at while this goes on. */
  copy(): Piece[] {
    return this.blocks.map(({ start, step, scale, samples, count }) => ({
      start,
      rate: 1000 / step,
      scale,
      samples: samples.slice(0, count),
    }));
  }
}
