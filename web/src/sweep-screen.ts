// One tile's traces on its canvas: a lane for each wave, drawn on as the pen moves.

import type { WaveName } from "./frame";
import type { Scale } from "./gain";
import { type Heard, QUIET_MS, type Source } from "./heard";
import { drawFrom, placeOf, type Sweep, wiped, wraps } from "./sweep";
import { DRAWN, type Look, rangeOf } from "./wave-looks";

const ERASE_PIXELS = 16;
const MARGIN_PIXELS = 3;
const BLACK = "#05090d";
const NO_SCALE: Scale = { middle: 0, range: 1 };

type Lane = {
  wave: WaveName;
  source: Source;
  top: number;
  height: number;
  x: number;
  y: number;
  scale: Scale;
};

/** What the page is told of a tile; `scales`: millimetres a unit, of each wave in turn. */
export type ScreenState = {
  isLive: boolean;
  /** When anything was last heard, ms since 1970; null: never. */
  since: number | null;
  drawn: number;
  gaps: number;
  waves: WaveName[];
  scales: number[];
};

export class SweepScreen {
  private lanes: Lane[] = [];
  private dpr = 1;
  /** Device time up to which is drawn; null: nothing yet. */
  private drawnTo: number | null = null;
  private drawn = 0;
  private gaps = 0;

  constructor(
    readonly patient: number,
    private readonly paper: OffscreenCanvasRenderingContext2D,
    /** Waves to draw if they are heard, top to bottom. */
    private readonly wanted: readonly WaveName[],
    private look: Look,
  ) {}

  size(heard: Heard, width: number, height: number, dpr: number): void {
    this.dpr = dpr;
    this.paper.canvas.width = Math.max(1, Math.round(width * dpr));
    this.paper.canvas.height = Math.max(1, Math.round(height * dpr));
    this.layOut(heard);
  }

  setLook(heard: Heard, look: Look): void {
    this.look = look;
    this.layOut(heard);
  }

  /** A lane for each wave that was heard; all is drawn anew from what is kept. */
  layOut(heard: Heard): void {
    const { canvas } = this.paper;
    this.drawnTo = null;
    this.lanes = this.wanted
      .map((wave) => ({ wave, source: heard.of(this.patient, wave) }))
      .filter(({ source }) => source.heard > 0)
      .slice(0, this.look.lanes)
      .map((one) => ({ ...one, top: 0, height: 0, x: Number.NaN, y: 0, scale: NO_SCALE }));
    const weights = this.lanes.reduce((sum, { wave }) => sum + DRAWN[wave].weight, 0);
    let top = 0;
    for (const lane of this.lanes) {
      lane.top = top;
      lane.height = (canvas.height * DRAWN[lane.wave].weight) / weights;
      top += lane.height;
    }
    this.wipe(0, canvas.width);
  }

  draw(heard: Heard, now: number): void {
    const pen = heard.pen(this.patient, now);
    if (pen === null) return;
    const sweep = this.sweep();
    const from = this.isRescaled()
      ? drawFrom(sweep, null, pen)
      : drawFrom(sweep, this.drawnTo, pen);
    if (from !== this.drawnTo) {
      this.wipe(0, sweep.width);
      for (const lane of this.lanes) lane.x = Number.NaN;
    }
    if (pen <= from) return;
    for (const [left, right] of wiped(sweep, from, pen)) this.wipe(left, right);
    if (wraps(sweep, from, pen)) for (const lane of this.lanes) lane.source.gain.settle();
    for (const lane of this.lanes) this.drawLane(lane, sweep, from, pen);
    this.drawnTo = pen;
  }

  state(now: number): ScreenState {
    const heard = this.lanes.reduce((latest, { source }) => Math.max(latest, source.heard), 0);
    return {
      isLive: heard > 0 && now - heard < QUIET_MS,
      since: heard > 0 ? Math.round(Date.now() - (now - heard)) : null,
      drawn: this.drawn,
      gaps: this.gaps,
      waves: this.lanes.map(({ wave }) => wave),
      scales: this.lanes.map((lane) => this.mmOf(lane) / lane.scale.range),
    };
  }

  private sweep(): Sweep {
    const pixelsPerMs = (this.look.pixelsPerMm * this.look.speed * this.dpr) / 1000;
    return { width: this.paper.canvas.width, pixelsPerMs, erase: ERASE_PIXELS * this.dpr };
  }

  private tallOf(lane: Lane): number {
    return Math.max(1, lane.height - 2 * MARGIN_PIXELS * this.dpr);
  }

  private mmOf(lane: Lane): number {
    return this.tallOf(lane) / this.dpr / this.look.pixelsPerMm;
  }

  private scaleOf(lane: Lane): Scale {
    const fitted = lane.source.gain.get();
    const range = rangeOf(lane.wave, this.look.gain, this.mmOf(lane));
    return range === null ? fitted : { middle: fitted.middle, range };
  }

  /** In its first seconds a trace finds its scale; then what is drawn already is drawn again. */
  private isRescaled(): boolean {
    return this.lanes.some(
      (lane) => lane.source.gain.isYoung && !isEqual(this.scaleOf(lane), lane.scale),
    );
  }

  private wipe(from: number, to: number): void {
    this.paper.fillStyle = BLACK;
    this.paper.fillRect(from, 0, to - from, this.paper.canvas.height);
  }

  private drawLane(lane: Lane, sweep: Sweep, from: number, to: number): void {
    const { paper } = this;
    const scale = this.scaleOf(lane);
    if (!isEqual(scale, lane.scale)) lane.x = Number.NaN; // a line between two scales would lie
    lane.scale = scale;
    const tall = this.tallOf(lane);
    const middle = lane.top + lane.height / 2;
    // At a gain that was chosen a wave may leave its lane; a fitted one is moved at its next turn.
    const isFitted = rangeOf(lane.wave, this.look.gain, 1) === null;
    const reach = isFitted ? tall / 2 : Number.POSITIVE_INFINITY;
    paper.beginPath();
    paper.strokeStyle = DRAWN[lane.wave].colour;
    paper.lineWidth = 1.5 * this.dpr;
    paper.lineJoin = "round";
    let isBegun = false;
    lane.source.track.walk(from, to, (at, value, isJoined) => {
      const x = placeOf(sweep, at);
      const up = ((value - scale.middle) / scale.range) * tall;
      const y = middle - Math.min(reach, Math.max(-reach, up));
      if (isJoined && x >= lane.x) {
        if (!isBegun) paper.moveTo(lane.x, lane.y);
        paper.lineTo(x, y);
      } else {
        paper.moveTo(x, y);
        if (!isJoined) this.gaps += 1;
      }
      isBegun = true;
      lane.x = x;
      lane.y = y;
      this.drawn += 1;
    });
    paper.stroke();
  }
}

const isEqual = (one: Scale, other: Scale): boolean =>
  one.middle === other.middle && one.range === other.range;
