// The page's side of the waves worker.

import { useEffect } from "react";
import type { WaveName } from "./frame";
import type { Order, ScreenState, Told } from "./waves.worker";

/** CSS calls 96 pixels an inch; a screen may be calibrated to its true size. */
const PIXELS_PER_MM = 96 / 25.4;
const PIXELS_PER_MM_KEY = "homeward.pixels-per-mm";

let worker: Worker | null = null;
const states = new Map<string, ScreenState>();
const listeners = new Set<() => void>();

function order(what: Order, transfer: Transferable[] = []): void {
  if (!worker) {
    worker = new Worker(new URL("./waves.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      for (const { key, ...state } of data.screens) {
        const known = states.get(key);
        const isSame = known?.isLive === state.isLive && known.drawn === state.drawn;
        if (!isSame || known.waves.join() !== state.waves.join()) states.set(key, state);
      }
      for (const listener of listeners) listener();
    };
  }
  worker.postMessage(what, transfer);
}

export const screenState = (key: string): ScreenState | undefined => states.get(key);

export function onScreenState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listen to the waves of one ward's or one patient's beds while the screen is open. */
export function useWaves(what: "ward" | "patient", id: number): void {
  useEffect(() => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    order({ do: "open", url: `${scheme}://${location.host}/api/live/waves?${what}=${id}` });
    return () => order({ do: "close" });
  }, [what, id]);
}

let keys = 0;

/** Put a canvas into `box`, drawn by the worker until the returned function is called. */
export function sweepIn(box: HTMLElement, patient: number, waves: WaveName[]) {
  const key = `screen ${++keys}`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.cssText = "display:block;width:100%;height:100%";
  box.append(canvas);
  const size = () => ({ width: box.clientWidth, height: box.clientHeight, dpr: devicePixelRatio });
  const paper = canvas.transferControlToOffscreen();
  const pixelsPerMm = Number(localStorage.getItem(PIXELS_PER_MM_KEY)) || PIXELS_PER_MM;
  order({ do: "add", key, patient, waves, canvas: paper, pixelsPerMm, ...size() }, [paper]);
  const observer = new ResizeObserver(() => order({ do: "size", key, ...size() }));
  observer.observe(box);
  const remove = () => {
    observer.disconnect();
    order({ do: "remove", key });
    states.delete(key);
    canvas.remove();
  };
  return { key, remove };
}
