// What the chart shows: the window on the one time axis, the record behind it, and what is live.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api";
import { useAskedAnew } from "../../asked-anew";
import { live, useConnections, useLivePatient, useNow } from "../../live";
import { useAgreements } from "../../live-of";
import { seedBoard } from "../../seed";
import { staffApi } from "../../staff-api";
import type { Trend, VitalInfo } from "../../words";
import {
  type Extent,
  follow,
  liveWindow,
  pan,
  refreshMs,
  SPANS,
  type Span,
  scaled,
  spanOf,
  type Window,
  zoom,
} from "./axis";
import { appendAll, type Bucket, bucketsOf, type LiveReading } from "./series";

const SEED_MS = 30_000;
const FIRST_SPAN = SPANS[2];
const NO_RECORD: Extent = { first: null, last: null };
// Five minutes, the longest wait for the server's next answer, of ten vitals once a second.
const TAIL_MAX = 3_000;

export type Chosen = { span: Span } | { window: Window };

const windowOf = (chosen: Chosen, now: number, extent: Extent): Window =>
  "span" in chosen ? liveWindow(chosen.span, now, extent) : follow(chosen.window, now, false);

export type ChartAxis = {
  window: Window;
  span: Span | undefined;
  choose: (span: Span) => void;
  zoomTo: (from: number, to: number) => void;
  step: (direction: -1 | 1) => void;
  /** So many times the span, around a moment or, null, the middle (live: the end). */
  scale: (factor: number, at: number | null) => void;
  goLive: () => void;
  learn: (extent: Extent) => void;
};

/** The window everybody on the page looks through. Live windows follow the server's clock. */
export function useAxis(): ChartAxis {
  const [chosen, setChosen] = useState<Chosen>({ span: FIRST_SPAN });
  const [extent, setExtent] = useState<Extent>(NO_RECORD);
  const lastSpan = useRef<Span>(FIRST_SPAN);
  const now = useNow();
  const window = windowOf(chosen, now, extent);
  const span = "span" in chosen ? chosen.span : spanOf(window, extent);
  // Stable, for the plots: made anew each second, they would drop a drag that takes longer.
  const zoomTo = useCallback(
    (from: number, to: number) => setChosen({ window: zoom(from, Math.min(to, live.now())) }),
    [],
  );
  const move = useCallback(
    (moved: (before: Window, now: number) => Window) =>
      setChosen((known) => {
        const moment = live.now();
        return { window: moved(windowOf(known, moment, extent), moment) };
      }),
    [extent],
  );
  return useMemo(
    () => ({
      window,
      span,
      zoomTo,
      choose: (wanted) => {
        lastSpan.current = wanted;
        setChosen({ span: wanted });
      },
      // From what was chosen last: keys may come faster than the page is drawn.
      step: (direction) => move((before, now) => pan(before, direction, now, extent)),
      scale: (factor, at) => move((before, now) => scaled(before, factor, at, now)),
      goLive: () => setChosen({ span: lastSpan.current }),
      learn: ({ first, last }) =>
        setExtent((known) => (known.first === first ? known : { first, last })),
    }),
    [window, span, extent, zoomTo, move],
  );
}

export type Charted = {
  trend: Trend | undefined;
  buckets: Map<string, Bucket[]>;
  infos: Map<string, VitalInfo>;
  bucketMs: number;
  isBehind: boolean;
  error: unknown;
  again: () => void;
};

/** The record in this window in `points` buckets, with live readings appended. */
export function useTrend(patientId: number, axis: ChartAxis, points: number): Charted {
  const { window, learn } = axis;
  const connections = useConnections();
  const spanMs = window.end - window.start;
  const place = window.isLive
    ? (axis.span?.label ?? Math.round(spanMs))
    : [window.start, window.end];
  const query = useQuery({
    queryKey: ["trend", patientId, place, points, connections],
    // Whoever turns further before the answer is there no longer waits for it, nor does the server.
    queryFn: ({ signal }) => {
      const end = window.isLive ? Math.max(window.end, live.now()) : window.end;
      return api.trend(
        patientId,
        Math.floor(window.isLive ? end - spanMs : window.start),
        Math.ceil(end),
        points,
        signal,
      );
    },
    enabled: points > 0,
    placeholderData: keepPreviousData,
    refetchInterval: window.isLive ? refreshMs(spanMs, points) : false,
  });
  const trend = query.data;
  const first = trend?.first ?? null;
  const last = trend?.last ?? null;
  useEffect(() => learn({ first, last }), [learn, first, last]);
  const bucketMs = spanMs / Math.max(1, points);
  const tail = useTail(patientId, window.isLive);
  const buckets = useMemo(
    () => withTail(trend, window.isLive ? tail : NOTHING, bucketMs),
    [trend, window.isLive, tail, bucketMs],
  );
  const infos = useMemo(() => new Map(trend?.vitals.map((info) => [info.vital, info])), [trend]);
  return {
    trend,
    buckets,
    infos,
    bucketMs,
    isBehind: query.isPlaceholderData,
    error: query.error,
    again: () => void query.refetch(),
  };
}

type Heard = LiveReading & { vital: string };
const NOTHING: readonly Heard[] = [];

function withTail(trend: Trend | undefined, tail: readonly Heard[], bucketMs: number) {
  const buckets = new Map(trend?.series.map((series) => [series.vital, bucketsOf(series)]));
  for (const vital of new Set(tail.map((reading) => reading.vital))) {
    const heard = tail.filter((reading) => reading.vital === vital);
    buckets.set(vital, appendAll(buckets.get(vital) ?? [], heard, bucketMs));
  }
  return buckets;
}

/** Live readings heard while this page is open, newest last; changes once a second at most. */
function useTail(patientId: number, isLive: boolean): readonly Heard[] {
  const heard = useRef<Heard[]>([]);
  const now = useNow();
  const latest = useRef(new Map<string, number>());
  useEffect(() => {
    heard.current = [];
    latest.current.clear();
    return live.subscribeNumbers(() => {
      const { vitals } = live.getPatient(patientId);
      for (const [vital, { value, at }] of Object.entries(vitals)) {
        if ((latest.current.get(vital) ?? 0) >= at) continue;
        latest.current.set(vital, at);
        heard.current.push({ vital, value, at });
      }
      if (heard.current.length > TAIL_MAX) heard.current.splice(0, TAIL_MAX / 2);
    });
  }, [patientId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the second is what makes it new
  return useMemo(() => (isLive ? [...heard.current] : NOTHING), [isLive, now]);
}

/** Fill the live store with what was true before this page listened. */
export function useSeed(patientId: number): VitalInfo[] {
  const connections = useConnections();
  const seed = useQuery({
    queryKey: ["patient-now", patientId, connections],
    staleTime: 0,
    refetchInterval: SEED_MS, // a score or an alarm lost on the way is repaired
    queryFn: async () => {
      const asked = performance.now();
      const answer = await staffApi.now(patientId);
      seedBoard(live, answer, asked);
      return answer;
    },
  });
  // An alarm from before the server began to tell of them is in the answer alone.
  useAskedAnew(seed, `${useAgreements()}`);
  return seed.data?.vitals ?? [];
}

/** Vitals that were ever measured, as far as this page has seen: their panels stay. */
export function useMeasured(patientId: number, trend: Trend | undefined): ReadonlySet<string> {
  const { vitals } = useLivePatient(patientId);
  const known = useRef(new Set<string>());
  for (const vital of Object.keys(vitals)) known.current.add(vital);
  for (const series of trend?.series ?? []) {
    if (series.at.length > 0) known.current.add(series.vital);
  }
  const names = [...known.current].sort().join(" ");
  return useMemo(() => new Set(names.split(" ")), [names]);
}
