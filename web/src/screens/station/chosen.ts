// What this browser's people chose for the central station, kept for next time.

import { useMemo, useState } from "react";
import { GAINS, type Gain, type Look, PIXELS_PER_MM, SPEEDS, type Speed } from "../../wave-looks";
import { calibrate, calibrated } from "../../waves";
import { SIZES, type Wanted } from "./layout";

const KEY = "homeward.station";
type Kept = { speed: Speed; gain: Gain; wanted: Wanted };
const FIRST: Kept = { speed: 25, gain: "fit", wanted: "fit" };

const oneOf = <T>(all: readonly T[], value: unknown, otherwise: T): T =>
  all.find((one) => one === value) ?? otherwise;

function kept(): Kept {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return {
      speed: oneOf(SPEEDS, found.speed, FIRST.speed),
      gain: oneOf(GAINS, found.gain, FIRST.gain),
      wanted: oneOf(["fit", ...SIZES] as const, found.wanted, FIRST.wanted),
    };
  } catch {
    return FIRST;
  }
}

export type Chosen = Kept & {
  look: Look;
  /** Whether somebody measured this screen; else a millimetre is as CSS would have it. */
  isMeasured: boolean;
  choose: (next: Partial<Kept>) => void;
  measure: (pixelsPerMm: number | null) => void;
};

export function useChosen(): Chosen {
  const [now, setNow] = useState(kept);
  const [measured, setMeasured] = useState(calibrated);
  const look = useMemo(
    () => ({ speed: now.speed, gain: now.gain, pixelsPerMm: measured ?? PIXELS_PER_MM }),
    [now.speed, now.gain, measured],
  );
  return {
    ...now,
    look,
    isMeasured: measured !== null,
    choose: (next) => {
      const all = { ...now, ...next };
      localStorage.setItem(KEY, JSON.stringify(all));
      setNow(all);
    },
    measure: (pixelsPerMm) => {
      calibrate(pixelsPerMm);
      setMeasured(pixelsPerMm);
    },
  };
}
