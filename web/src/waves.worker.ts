// Draws the live waves, off the page's own thread: a busy page must not stop a heart's trace.
//
// One WebSocket brings the frames of everybody shown; each tile gives one OffscreenCanvas. A wave
// has a lane there as soon as it is heard: the record learns only minutes later which there are.

import { Lost, readWardFrame, type WaveName } from "./frame";
import { Heard } from "./heard";
import { type ScreenState, SweepScreen } from "./sweep-screen";
import type { Piece } from "./track";
import { EVERY_WAVE, type Look } from "./wave-looks";
import { WavesSocket } from "./waves-socket";

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
      look: Look;
    }
  | { do: "size"; key: string; width: number; height: number; dpr: number }
  | { do: "look"; key: string; look: Look }
  | { do: "copy"; id: number; patient: number }
  | { do: "remove"; key: string };

export type WavePieces = { wave: WaveName; pieces: Piece[] };
/** A copy of all that is kept of one patient; `pen`: the device's time that is drawn now. */
export type Copied = { id: number; pen: number | null; waves: WavePieces[] };
/** What the page is told each half second of its tiles, or at once of a copy it asked for. */
export type Told =
  | { screens: ({ key: string } & ScreenState)[]; lost: number; frames: number }
  | { copied: Copied };

const TELL_MS = 500;

const screens = new Map<string, SweepScreen>();
let heard = new Heard();
const lost = new Lost();

// --- hearing ----------------------------------------------------------------------------------

const socket = new WavesSocket(hear);

function hear(bytes: ArrayBuffer): void {
  let frame: ReturnType<typeof readWardFrame>;
  try {
    frame = readWardFrame(bytes);
  } catch {
    return; // One foreign frame must not stop the others; the gap stays visible.
  }
  lost.hear(frame);
  const grown = heard.take(frame.stretches, performance.now());
  for (const screen of screens.values()) if (grown.has(screen.patient)) screen.layOut(heard);
  keepDrawing();
}

// --- drawing ----------------------------------------------------------------------------------

let isDrawing = false;
let frames = 0;

/** Frames cost, also empty ones: only while there is anybody's trace to draw. */
function everyFrame(): void {
  const now = performance.now();
  for (const screen of screens.values()) screen.draw(heard, now);
  frames += 1;
  isDrawing = heard.isAny;
  if (isDrawing) requestAnimationFrame(everyFrame);
}

function keepDrawing(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(everyFrame);
}

const tell = (told: Told, transfer: Transferable[] = []): void => postMessage(told, { transfer });

setInterval(() => {
  if (!screens.size) return;
  const now = performance.now();
  const states = [...screens].map(([key, screen]) => ({ key, ...screen.state(now) }));
  tell({ screens: states, lost: lost.count, frames });
}, TELL_MS);

// --- orders -----------------------------------------------------------------------------------

function add(order: Extract<Order, { do: "add" }>): void {
  const paper = order.canvas.getContext("2d", { alpha: false });
  if (!paper) return;
  const screen = new SweepScreen(order.patient, paper, order.waves, order.look);
  screen.size(heard, order.width, order.height, order.dpr);
  screens.set(order.key, screen);
}

/** Of all waves there are, also those no tile has room for. */
function copy(id: number, patient: number): void {
  const waves = EVERY_WAVE.map((wave) => ({ wave, pieces: heard.of(patient, wave).track.copy() }));
  const some = waves.filter(({ pieces }) => pieces.length > 0);
  const pen = heard.pen(patient, performance.now());
  const buffers = some.flatMap(({ pieces }) => pieces.map(({ samples }) => samples.buffer));
  tell({ copied: { id, pen, waves: some } }, buffers);
}

function listen(url: string | null): void {
  heard = new Heard();
  for (const screen of screens.values()) screen.layOut(heard);
  socket.listen(url);
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  if (order.do === "open") listen(order.url);
  else if (order.do === "close") listen(null);
  else if (order.do === "add") add(order);
  else if (order.do === "copy") copy(order.id, order.patient);
  else if (order.do === "remove") screens.delete(order.key);
  else {
    const screen = screens.get(order.key);
    if (order.do === "look") screen?.setLook(heard, order.look);
    else screen?.size(heard, order.width, order.height, order.dpr);
  }
});
