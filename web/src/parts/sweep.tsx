// A live trace: one canvas, a lane for each wave, always on black.
// The screen around it calls `useWaves` once to say whose waves to listen to.

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { WaveName } from "../frame";
import { onScreenState, screenState, sweepIn } from "../waves";
import classes from "./sweep.module.css";

const LABELS: Record<WaveName, string> = {
  ecg_ii: "II",
  ecg_v: "V",
  arterial_pressure: "ABP",
  pleth: "Pleth",
  respiration: "Resp",
};
const KNOWN = Object.keys(LABELS) as WaveName[];

/** Before that no frame could have come: there is nothing to say yet. */
const FIRST_FRAME_MS = 3_000;

/** `waves`: those to draw if they come. */
type Props = { patient: number; waves: readonly string[]; height: number | string };

export function Sweep({ patient, waves, height }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [key, setKey] = useState("");
  // As text, so that an equal list made anew does not start the sweep again.
  const wanted = KNOWN.filter((wave) => waves.includes(wave)).join(" ");
  useEffect(() => {
    if (!box.current) return;
    const sweep = sweepIn(box.current, patient, wanted.split(" ") as WaveName[]);
    setKey(sweep.key);
    return sweep.remove;
  }, [patient, wanted]);
  const isWaited = useWaited(FIRST_FRAME_MS);
  const state = useSyncExternalStore(onScreenState, () => screenState(key));
  return (
    <div
      className={classes.sweep}
      style={{ height }}
      data-live={state?.isLive ?? false}
      data-drawn={state?.drawn ?? 0}
      data-gaps={state?.gaps ?? 0}
    >
      <div ref={box} className={classes.box} />
      <div className={classes.labels} aria-hidden="true">
        {state?.waves.map((wave) => (
          <span key={wave} data-wave={wave}>
            {LABELS[wave]}
          </span>
        ))}
      </div>
      {!state?.isLive && isWaited && <div className={classes.quiet}>No waveform</div>}
    </div>
  );
}

/** Whether so long has passed since this was first drawn. */
function useWaited(ms: number): boolean {
  const [isWaited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isWaited;
}
