// A live trace: one canvas, a lane for each wave, always on black.
// The screen around it calls `useWaves` once to say whose waves to listen to.

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { CLOCK } from "../freshness";
import type { ScreenState } from "../sweep-screen";
import { DRAWN, EVERY_WAVE, gainInWords, type Look } from "../wave-looks";
import { onScreenState, plainLook, screenState, sweepIn } from "../waves";
import classes from "./sweep.module.css";

/** Before that no frame could have come: there is nothing to say yet. */
const FIRST_FRAME_MS = 3_000;

type Props = {
  patient: number;
  /** Those to draw if they come. */
  waves: readonly string[];
  height: number | string;
  /** Speed and gain where they were chosen: then they stand on the strip. */
  look?: Look;
};

export function Sweep({ patient, waves, height, look }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const sweep = useRef<ReturnType<typeof sweepIn> | null>(null);
  const [key, setKey] = useState("");
  const latest = useRef(look);
  latest.current = look;
  // As text, so that an equal list made anew does not start the sweep again.
  const wanted = EVERY_WAVE.filter((wave) => waves.includes(wave)).join(" ");
  useEffect(() => {
    if (!box.current) return;
    const drawn = wanted ? wanted.split(" ") : [];
    const made = sweepIn(box.current, patient, drawn as never, latest.current ?? plainLook());
    sweep.current = made;
    setKey(made.key);
    return made.remove;
  }, [patient, wanted]);
  useEffect(() => {
    if (look) sweep.current?.setLook(look);
  }, [look]);
  const isWaited = useWaited(FIRST_FRAME_MS);
  const state = useSyncExternalStore(onScreenState, () => screenState(key));
  return (
    <div
      className={classes.sweep}
      style={{ height }}
      data-live={state?.isLive ?? false}
      data-drawn={state?.drawn ?? 0}
      data-gaps={state?.gaps ?? 0}
      data-labelled={look !== undefined || undefined}
    >
      <div ref={box} className={classes.box} />
      {state?.isLive && <Labels state={state} look={look} />}
      {!state?.isLive && isWaited && (
        <div className={classes.quiet}>
          {state?.since ? `No waveform since ${clock(state.since)}` : "No waveform"}
        </div>
      )}
    </div>
  );
}

function Labels({ state, look }: { state: ScreenState; look: Look | undefined }) {
  return (
    <>
      <div className={classes.labels} aria-hidden="true">
        {state.waves.map((wave) => (
          <span
            key={wave}
            data-wave={wave}
            style={{ flex: DRAWN[wave].weight, color: DRAWN[wave].colour }}
          >
            {DRAWN[wave].label}
          </span>
        ))}
      </div>
      {look && <div className={classes.scale}>{scaleInWords(state, look)}</div>}
    </>
  );
}

/** "25 mm/s, 10 mm/mV": how to read the strip; of leads that differ, each in turn. */
function scaleInWords({ waves, scales }: ScreenState, look: Look): string {
  const gains = waves.map((wave, place) =>
    DRAWN[wave].unit === "mV" ? gainInWords(wave, scales[place] ?? Number.NaN) : "",
  );
  return [`${look.speed} mm/s`, ...new Set(gains.filter(Boolean))].join(", ");
}

const clock = (at: number): string =>
  new Date(at).toLocaleTimeString([], { ...CLOCK, second: "2-digit" });

/** Whether so long has passed since this was first drawn. */
function useWaited(ms: number): boolean {
  const [isWaited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isWaited;
}
