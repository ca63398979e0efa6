// One bed's waves as they were when they were frozen, and before that as the record has them.

import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { chartApi } from "../../chart-api";
import type { WaveName } from "../../frame";
import { type Stretch, together, type Wave } from "../../strip";
import { EVERY_WAVE } from "../../wave-looks";
import { copyOf } from "../../waves";
import type { WaveStretch } from "../../words";

const MINUTE = 60_000;
/** As far as one may look back from a freeze. */
export const BACK_MS = 15 * MINUTE;

export type Frozen = {
  /** Device time of the last sample that was drawn. */
  end: number;
  heard: readonly Wave[];
};

/** A copy of what the worker keeps: what it hears after that goes on without us. */
export function useFrozen(patient: number) {
  return useQuery({
    queryKey: ["frozen", patient],
    queryFn: async (): Promise<Frozen> => {
      const { pen, waves } = await copyOf(patient);
      const heard = waves.map(({ wave, pieces }) => ({ wave, stretches: pieces }));
      return { end: pen ?? Date.now(), heard };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  });
}

/** What is seen between these moments: heard here or, before that, stored. */
export function useWavesBetween(patient: number, frozen: Frozen, start: number, end: number) {
  const first = Math.min(...frozen.heard.map(({ stretches }) => stretches[0]?.start ?? Infinity));
  // Whole minutes: looking back and forth asks for each of them once.
  const minutes = minutesOf(start, Math.min(end, first)).filter(
    (minute) => minute >= frozen.end - BACK_MS - MINUTE,
  );
  const recorded = useQueries({
    queries: minutes.map((minute) => ({
      queryKey: ["waves", patient, minute],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        chartApi.waves(patient, minute, minute + MINUTE, { signal }),
      staleTime: MINUTE,
    })),
    combine: (all) => ({
      stretches: all.flatMap(({ data }) => data ?? []),
      isWaiting: all.some(({ isPending }) => isPending),
      error: all.find(({ error }) => error)?.error ?? null,
    }),
  });
  const { stretches } = recorded;
  const waves = useMemo(() => joined(frozen.heard, stretches), [frozen, stretches]);
  return { waves, isWaiting: recorded.isWaiting, error: recorded.error };
}

function minutesOf(start: number, end: number): number[] {
  const found = [];
  for (let at = Math.floor(start / MINUTE) * MINUTE; at < end; at += MINUTE) found.push(at);
  return found;
}

function joined(heard: readonly Wave[], recorded: readonly WaveStretch[]): Wave[] {
  const stretchesOf = (wave: WaveName): Stretch[] =>
    recorded
      .filter((one) => one.wave === wave)
      .map(({ start, rate, values }) => ({ start, rate, scale: 1, samples: values }))
      .sort((one, other) => one.start - other.start);
  return EVERY_WAVE.map((wave) => ({
    wave,
    stretches: together(stretchesOf(wave), heard.find((one) => one.wave === wave)?.stretches ?? []),
  })).filter(({ stretches }) => stretches.length > 0);
}
