// Which moment of the device's time to draw now. Pure.
//
// Frames come in lumps of a quarter of a second or more and late by turns; drawn as they come a
// trace would stutter. So the pen runs steadily, a little behind.

export const BUFFER_MS = 600;
const BUFFER_MS_MAX = 3_000;
const FRAMES_KEPT = 40;
/** Beyond this the pen jumps: the device's clock was set, or it was away. */
const JUMP_MS = 1_500;
/** The pen may run this much fast or slow to find its place: too little to be seen. */
const SLEW = 0.04;

export class Playout {
  private lags: number[] = [];
  private frameMs = 0;
  private held: number | null = null;
  private lastNow = 0;

  /** A frame whose last sample is of `end` came in at `now`, and holds `ms` of wave. */
  hear(end: number, ms: number, now: number): void {
    this.lags.push(now - end);
    if (this.lags.length > FRAMES_KEPT) this.lags.shift();
    this.frameMs = Math.max(ms, this.frameMs * 0.98);
  }

  private target(): number {
    const least = Math.min(...this.lags);
    const needed = Math.max(...this.lags) + this.frameMs + 50;
    return Math.min(Math.max(least + BUFFER_MS, needed), least + BUFFER_MS_MAX);
  }

  /** The device's time under the pen at `now`, or null before the first frame. */
  position(now: number): number | null {
    if (!this.lags.length) return null;
    const target = this.target();
    const elapsed = Math.max(0, now - this.lastNow);
    this.lastNow = now;
    if (this.held === null || Math.abs(target - this.held) > JUMP_MS) this.held = target;
    else {
      const most = elapsed * SLEW;
      this.held += Math.min(most, Math.max(-most, target - this.held));
    }
    return now - this.held;
  }
}
