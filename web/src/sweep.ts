// Where on a sweep a moment is drawn, and what is wiped before it. Pure.
//
// A moment has one place for good: what comes late or never comes leaves its place empty, and
// nothing else is ever drawn there until the pen has gone once around.

export type Sweep = {
  /** Device pixels from edge to edge. */
  width: number;
  pixelsPerMs: number;
  /** Device pixels kept empty before the pen. */
  erase: number;
};
export type Strip = [from: number, to: number];

export const sweepMs = ({ width, pixelsPerMs }: Sweep): number => width / pixelsPerMs;

export function placeOf(sweep: Sweep, at: number): number {
  const whole = sweepMs(sweep);
  return (((at % whole) + whole) % whole) * sweep.pixelsPerMs;
}

/** Whether the pen came back to the left between these moments. */
export const wraps = (sweep: Sweep, from: number, to: number): boolean =>
  placeOf(sweep, to) < placeOf(sweep, from);

/** What is wiped when the pen goes on from one moment to the next, in device pixels. */
export function wiped(sweep: Sweep, from: number, to: number): Strip[] {
  const { width, erase } = sweep;
  const [first, last] = [placeOf(sweep, from), placeOf(sweep, to)];
  const end = last + erase;
  if (last < first)
    return [
      [first + 1, width],
      [0, end],
    ];
  // The bar before the pen goes around the edge as the pen does.
  return end > width
    ? [
        [first + 1, width],
        [0, end - width],
      ]
    : [[first + 1, end]];
}

/** From which moment to draw: none but what has not been, or all that fits where all is new. */
export function drawFrom(sweep: Sweep, drawnTo: number | null, pen: number): number {
  const oldest = pen - sweepMs(sweep) * 0.9;
  if (drawnTo === null || drawnTo < oldest || drawnTo > pen + JUMP_MS) return oldest;
  return drawnTo;
}
/** A pen that steps back less than this waits; further back, the device's clock was set. */
const JUMP_MS = 250;
