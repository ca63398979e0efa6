// The page's side of the waves worker.

import { useEffect } from "react";
import type { WaveName } from "./frame";
import type { ScreenState } from "./sweep-screen";
import { type Look, PIXELS_PER_MM } from "./wave-looks";
import type { Copied, Order, Told } from "./waves.worker";

const PIXELS_PER_MM_KEY = "homeward.pixels-per-mm";

let worker: Worker | null = null;
const states = new Map<string, ScreenState>();
const listeners = new Set<() => void>();
const copies = new Map<number, (copied: Copied) => void>();
/** Ward frames that never came, since this page was opened. */
let lost = 0;

function order(what: Order, transfer: Transferable[] = []): void {
  if (!worker) {
    worker = new Worker(new URL("./waves.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  }
  worker.postMessage(what, transfer);
}

function hear(told: Told): void {
  if ("copied" in told) {
    copies.get(told.copied.id)?.(told.copied);
    copies.delete(told.copied.id);
    return;
  }
  for (const { key, ...state } of told.screens) {
    if (!isSame(states.get(key), state)) states.set(key, state);
  }
  lost = told.lost;
  for (const listener of listeners) listener();
}

/** A live tile's last second is always now: it need not be drawn again for that. */
function isSame(known: ScreenState | undefined, state: ScreenState): boolean {
  return (
    known?.isLive === state.isLive &&
    known.drawn === state.drawn &&
    known.waves.join() === state.waves.join() &&
    known.scales.join() === state.scales.join()
  );
}

export const screenState = (key: string): ScreenState | undefined => states.get(key);
export const lostFrames = (): number => lost;

export function onScreenState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How large a millimetre is on this screen, in CSS pixels; null: nobody has measured it. */
export function calibrated(): number | null {
  return Number(localStorage.getItem(PIXELS_PER_MM_KEY)) || null;
}

export function calibrate(pixelsPerMm: number | null): void {
  if (pixelsPerMm) localStorage.setItem(PIXELS_PER_MM_KEY, String(pixelsPerMm));
  else localStorage.removeItem(PIXELS_PER_MM_KEY);
}

/** What a trace looks like where nobody chooses: 25 mm/s, as large as there is room. */
export const plainLook = (): Look => ({
  speed: 25,
  gain: "fit",
  pixelsPerMm: calibrated() ?? PIXELS_PER_MM,
});

/** Listen to the waves of one ward's or one patient's beds while the screen is open. */
export function useWaves(what: "ward" | "patient", id: number): void {
  useEffect(() => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    order({ do: "open", url: `${scheme}://${location.host}/api/live/waves?${what}=${id}` });
    return () => order({ do: "close" });
  }, [what, id]);
}

let numbers = 0;

/** Put a canvas into `box`, drawn by the worker until it is removed. */
export function sweepIn(box: HTMLElement, patient: number, waves: WaveName[], look: Look) {
  const key = `screen ${++numbers}`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.cssText = "display:block;width:100%;height:100%";
  box.append(canvas);
  const size = () => ({ width: box.clientWidth, height: box.clientHeight, dpr: devicePixelRatio });
  const paper = canvas.transferControlToOffscreen();
  order({ do: "add", key, patient, waves, canvas: paper, look, ...size() }, [paper]);
  const observer = new ResizeObserver(() => order({ do: "size", key, ...size() }));
  observer.observe(box);
  const remove = () => {
    observer.disconnect();
    order({ do: "remove", key });
    states.delete(key);
    canvas.remove();
  };
  return { key, remove, setLook: (next: Look) => order({ do: "look", key, look: next }) };
}

/** What is kept of one patient's waves: the last minutes, as they were heard. */
export function copyOf(patient: number): Promise<Copied> {
  const id = ++numbers;
  return new Promise((resolve) => {
    copies.set(id, resolve);
    order({ do: "copy", id, patient });
  });
}
