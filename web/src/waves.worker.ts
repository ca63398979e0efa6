// Draws the live waves, off the page's own thread: a busy page must not stop a heart's trace.
//
// One WebSocket brings the frames of everybody shown; each tile gives one OffscreenCanvas. A wave
// has a lane there as soon as it is heard: the record learns only minutes later which there are.
// The sweep is physical: 25 mm of screen a second.

import { readFrame, type WaveName } from "./frame";
import { Gain, type Scale } from "./gain";
import { Playout } from "./playout";
import { KEPT_MS, Track } from "./track";

export type Order =
  | { do: "open"; url: string }
  | { do: "close" }
  | {
      do: "add";
      key: string;
      patient: number;
      waves: WaveName[];
      canvas: OffscreenCanvas;
      width: number;
      height: number;
      dpr: number;
      pixelsPerMm: number;
    }
  | { do: "size"; key: string; width: number; height: number; dpr: number }
  | { do: "remove"; key: string };

/** What the page is told each half second: which tiles are drawn, and how much was. */
export type Told = { screens: ({ key: string } & ScreenState)[] };
export type ScreenState = { isLive: boolean; drawn: number; gaps: number; waves: WaveName[] };

const SWEEP_MM_PER_SECOND = 25;
const ERASE_PIXELS = 16;
const QUIET_MS = 3_000;
/** As the numbers' own socket: a trace must not stay away longer than they do. */
const RETRY_MS_MAX = 1_500;
const BLACK = "#05090d";

const LOOK: Record<WaveName, { colour: string; weight: number; floor: number }> = {
  ecg_ii: { colour: "#3ee280", weight: 1.5, floor: 0.8 },
  pleth: { colour: "#55d4ff", weight: 1, floor: 0.02 },
  respiration: { colour: "#ffdf5c", weight: 1, floor: 0.02 },
  ecg_v: { colour: "#3ee280", weight: 1.5, floor: 0.8 },
  arterial_pressure: { colour: "#ff7a7a", weight: 1, floor: 20 },
};

type Source = { track: Track; gain: Gain; device: number; heard: number };
type Lane = {
  wave: WaveName;
  source: Source;
  top: number;
  height: number;
  y: number;
  x: number;
  scale: Scale;
};
const NO_SCALE: Scale = { middle: 0, range: 1 };
type Screen = {
  key: string;
  patient: number;
  paper: OffscreenCanvasRenderingContext2D;
  /** Waves to draw if they are heard, top to bottom. */
  wanted: WaveName[];
  lanes: Lane[];
  pixelsPerMs: number;
  dpr: number;
  /** Device time up to which is drawn; null: nothing yet. */
  drawnTo: number | null;
  drawn: number;
  gaps: number;
};

const sources = new Map<string, Source>();
const playouts = new Map<number, Playout>();
const screens = new Map<string, Screen>();

function sourceOf(patient: number, wave: WaveName): Source {
  const key = `${patient} ${wave}`;
  const known = sources.get(key);
  if (known) return known;
  const made = { track: new Track(), gain: new Gain(LOOK[wave].floor), device: 0, heard: 0 };
  sources.set(key, made);
  return made;
}

// --- hearing ----------------------------------------------------------------------------------

let socket: WebSocket | null = null;
let wanted: string | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let retries = 0;

function connect(): void {
  clearTimeout(retry);
  if (!wanted) return;
  const opened = new WebSocket(wanted);
  opened.binaryType = "arraybuffer";
  socket = opened;
  opened.onopen = () => {
    retries = 0;
  };
  opened.onmessage = (event: MessageEvent<ArrayBuffer>) => hear(event.data);
  opened.onclose = () => {
    if (socket !== opened || !wanted) return;
    const most = Math.min(RETRY_MS_MAX, 400 * 2 ** Math.min(retries++, 6));
    retry = setTimeout(connect, most * (0.5 + Math.random() / 2));
  };
}

function hear(bytes: ArrayBuffer): void {
  const now = performance.now();
  let frame: ReturnType<typeof readFrame>;
  try {
    frame = readFrame(bytes);
  } catch {
    return; // One foreign frame must not stop the others; the gap stays visible.
  }
  let ms = 0;
  let hasNew = false;
  for (const channel of frame.channels) {
    const source = sourceOf(frame.patient, channel.wave);
    // Two devices may send the same wave of one patient: the one heard first keeps the lane.
    if (source.device !== frame.device && now - source.heard < QUIET_MS) continue;
    if (source.device !== frame.device) source.track = new Track();
    source.device = frame.device;
    hasNew ||= source.heard === 0;
    source.heard = now;
    source.track.push(frame.start, channel.rate, channel.scale, channel.samples);
    source.gain.feed(
      frame.start,
      Float32Array.from(channel.samples, (sample) => sample * channel.scale),
    );
    ms = Math.max(ms, (channel.samples.length * 1000) / channel.rate);
  }
  if (!ms) return;
  if (hasNew) {
    for (const screen of screens.values()) if (screen.patient === frame.patient) layLanes(screen);
  }
  let playout = playouts.get(frame.patient);
  if (!playout) {
    playout = new Playout();
    playouts.set(frame.patient, playout);
  }
  playout.hear(frame.start + ms, ms, now);
  keepDrawing();
}

// --- drawing ----------------------------------------------------------------------------------

function layOut(screen: Screen, width: number, height: number, dpr: number): void {
  const { canvas } = screen.paper;
  canvas.width = Math.max(1, Math.round(width * dpr));
  canvas.height = Math.max(1, Math.round(height * dpr));
  screen.dpr = dpr;
  layLanes(screen);
}

/** A lane for each wave that was heard; all is drawn anew from what is kept. */
function layLanes(screen: Screen): void {
  const { canvas } = screen.paper;
  const { patient } = screen;
  screen.drawnTo = null;
  screen.lanes = screen.wanted
    .map((wave) => ({ wave, source: sourceOf(patient, wave) }))
    .filter(({ source }) => source.heard > 0)
    .map((one) => ({ ...one, top: 0, height: 0, x: Number.NaN, y: 0, scale: NO_SCALE }));
  const weights = screen.lanes.reduce((sum, lane) => sum + LOOK[lane.wave].weight, 0);
  let top = 0;
  for (const lane of screen.lanes) {
    lane.top = top;
    lane.height = (canvas.height * LOOK[lane.wave].weight) / weights;
    top += lane.height;
  }
  wipe(screen, 0, canvas.width);
}

function wipe({ paper }: Screen, from: number, to: number): void {
  paper.fillStyle = BLACK;
  paper.fillRect(from, 0, to - from, paper.canvas.height);
}

function draw(screen: Screen, now: number): void {
  const position = playouts.get(screen.patient)?.position(now) ?? null;
  if (position === null) return;
  const { width } = screen.paper.canvas;
  const pixelsPerMs = screen.pixelsPerMs * screen.dpr;
  const sweepMs = width / pixelsPerMs;
  let from = screen.drawnTo ?? position - Math.min(sweepMs * 0.9, KEPT_MS);
  // Hidden for long, or the device's clock was set: begin with what is still kept.
  if (position - from > sweepMs * 0.9 || position < from - 250) {
    from = position - sweepMs * 0.9;
    wipe(screen, 0, width);
    for (const lane of screen.lanes) lane.x = Number.NaN;
  }
  if (position <= from) return;
  if (isRescaled(screen)) {
    from = position - Math.min(sweepMs * 0.9, KEPT_MS);
    wipe(screen, 0, width);
  }
  const placeOf = (at: number): number => (((at % sweepMs) + sweepMs) % sweepMs) * pixelsPerMs;
  const first = placeOf(from);
  const last = placeOf(position);
  const erase = ERASE_PIXELS * screen.dpr;
  const hasWrapped = last < first;
  wipe(screen, first + 1, hasWrapped ? width : last + erase);
  if (hasWrapped) {
    wipe(screen, 0, last + erase);
    for (const lane of screen.lanes) lane.source.gain.settle();
  }
  for (const lane of screen.lanes) drawLane(screen, lane, from, position, placeOf);
  screen.drawnTo = position;
}

/** In its first seconds a trace finds its scale; then what is drawn already is drawn again. */
function isRescaled({ lanes }: Screen): boolean {
  return lanes.some(({ source: { gain }, scale }) => gain.isYoung && gain.get() !== scale);
}

function drawLane(
  screen: Screen,
  lane: Lane,
  from: number,
  to: number,
  placeOf: (at: number) => number,
): void {
  const { paper, dpr } = screen;
  const scale = lane.source.gain.get();
  if (scale !== lane.scale) lane.x = Number.NaN; // a line between two scales would be a lie
  lane.scale = scale;
  const { middle, range } = scale;
  const margin = 3 * dpr;
  const tall = lane.height - 2 * margin;
  paper.beginPath();
  paper.strokeStyle = LOOK[lane.wave].colour;
  paper.lineWidth = 1.5 * dpr;
  paper.lineJoin = "round";
  lane.source.track.walk(from, to, (at, value, isJoined) => {
    const x = placeOf(at);
    const share = Math.min(1, Math.max(0, 0.5 - (value - middle) / range));
    const y = lane.top + margin + share * tall;
    if (isJoined && x >= lane.x) {
      paper.moveTo(lane.x, lane.y);
      paper.lineTo(x, y);
    } else {
      paper.moveTo(x, y);
      if (!isJoined) screen.gaps += 1;
    }
    lane.x = x;
    lane.y = y;
    screen.drawn += 1;
  });
  paper.stroke();
}

let isDrawing = false;

/** Frames cost, also empty ones: only while there is anybody's trace to draw. */
function everyFrame(): void {
  const now = performance.now();
  for (const screen of screens.values()) draw(screen, now);
  isDrawing = playouts.size > 0;
  if (isDrawing) requestAnimationFrame(everyFrame);
}

function keepDrawing(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(everyFrame);
}

setInterval(() => {
  if (!screens.size) return;
  const now = performance.now();
  const told: Told = {
    screens: [...screens.values()].map(({ key, lanes, drawn, gaps }) => {
      const isLive = lanes.some((lane) => lane.source.heard && now - lane.source.heard < QUIET_MS);
      return { key, isLive, drawn, gaps, waves: lanes.map(({ wave }) => wave) };
    }),
  };
  postMessage(told);
}, 500);

// --- orders -----------------------------------------------------------------------------------

function add(order: Extract<Order, { do: "add" }>): void {
  const paper = order.canvas.getContext("2d", { alpha: false });
  if (!paper) return;
  const screen: Screen = {
    key: order.key,
    patient: order.patient,
    paper,
    wanted: order.waves,
    lanes: [],
    pixelsPerMs: (order.pixelsPerMm * SWEEP_MM_PER_SECOND) / 1000,
    dpr: order.dpr,
    drawnTo: null,
    drawn: 0,
    gaps: 0,
  };
  layOut(screen, order.width, order.height, order.dpr);
  screens.set(order.key, screen);
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  if (order.do === "open" || order.do === "close") {
    wanted = order.do === "open" ? order.url : null;
    sources.clear();
    playouts.clear();
    for (const screen of screens.values()) layLanes(screen);
    const old = socket;
    socket = null;
    old?.close();
    connect();
  } else if (order.do === "add") add(order);
  else if (order.do === "remove") screens.delete(order.key);
  else {
    const screen = screens.get(order.key);
    if (screen) layOut(screen, order.width, order.height, order.dpr);
  }
});
