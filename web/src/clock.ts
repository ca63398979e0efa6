// The server's time, as well as the page can know it. Pure: the caller brings both clocks.

const BEATS_KEPT = 30;

/** A page's own two clocks at one moment. `steady` never jumps (performance.now); `wall` does. */
export type Moment = { steady: number; wall: number };

/**
 * Keeps the server's time between beats.
 *
 * The beat that travelled fastest is the truest, so the largest offset of the last minute wins.
 * Between beats the larger of both clocks' progress counts: a laptop that slept stops its steady
 * clock, a changed wall clock jumps, and either must rather age a value than keep it fresh.
 */
export class ServerClock {
  private beats: { offset: number; at: Moment }[] = [];

  hear(serverNow: number, at: Moment): void {
    this.beats.push({ offset: serverNow - at.steady, at });
    if (this.beats.length > BEATS_KEPT) this.beats.shift();
  }

  now(at: Moment): number {
    const latest = this.beats.at(-1);
    if (!latest) return at.wall;
    const offset = this.beats.reduce((most, beat) => Math.max(most, beat.offset), -Infinity);
    const steady = at.steady - latest.at.steady;
    const wall = at.wall - latest.at.wall;
    return latest.at.steady + Math.max(steady, wall) + offset;
  }
}

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}
