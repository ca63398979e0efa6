// Waveforms on the chart's own axis, where it is so short that they can be seen.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { chartApi } from "../../chart-api";
import type { WaveName } from "../../frame";
import { live, useConnections } from "../../live";
import { lanesOf, pathOf, runsOf, type Stretch, scaleOf } from "../../strip";
import { DRAWN, EVERY_WAVE } from "../../wave-looks";
import type { WaveStretch } from "../../words";
import classes from "./trends.module.css";
import type { ChartAxis } from "./use-chart";

/** At a minute a beat is still a shape; at two it is a stroke. */
const SPAN_MS_MAX = 120_000;
const AGAIN_MS = 5_000;
const LANE_TALL = 56;
/** The least and the greatest of each pixel: more cannot be seen, and is not asked for. */
const POINTS_PER_PIXEL = 2;

type Props = { patient: number; axis: ChartAxis; width: number };

export function WaveLanes({ patient, axis, width }: Props) {
  const { start, end, isLive } = axis.window;
  const spanMs = end - start;
  const connections = useConnections();
  const place = isLive ? Math.round(spanMs) : [start, end];
  const found = useQuery({
    queryKey: ["wave-lanes", patient, place, width, connections],
    enabled: width > 0 && spanMs <= SPAN_MS_MAX,
    queryFn: ({ signal }) => {
      const until = isLive ? Math.max(end, live.now()) : end;
      const since = isLive ? until - spanMs : start;
      const points = POINTS_PER_PIXEL * width;
      return chartApi.waves(patient, Math.floor(since), Math.ceil(until), { points, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? AGAIN_MS : false,
  });
  const waves = useMemo(() => byWave(found.data ?? []), [found.data]);
  if (spanMs > SPAN_MS_MAX || waves.length === 0) return null;
  const names = waves.map(({ wave }) => wave);
  const tall = names.length * LANE_TALL;
  const lanes = lanesOf(names, tall);
  return (
    <section className={classes.waves} aria-label="Waveforms in this span" data-waves={width}>
      <svg width={width} height={tall} role="img" aria-label={`Waveforms: ${said(names)}`}>
        {waves.map(({ wave, stretches }, number) => {
          const { top = 0, height = tall } = lanes[number] ?? {};
          const runs = runsOf(stretches, start, end);
          const scale = scaleOf(wave, runs, "fit", height - 8);
          const x = (at: number) => ((at - start) / spanMs) * width;
          const y = (value: number) => top + height / 2 - (value - scale.middle) * scale.mmPerUnit;
          return (
            <g key={wave}>
              <path
                d={pathOf(runs, x, y)}
                fill="none"
                stroke={DRAWN[wave].colour}
                strokeWidth={1.2}
                strokeLinejoin="round"
                data-wave={wave}
              />
              <text x={6} y={top + 14} fill={DRAWN[wave].colour}>
                {DRAWN[wave].label}
              </text>
            </g>
          );
        })}
      </svg>
    </section>
  );
}

const said = (names: readonly WaveName[]): string =>
  names.map((name) => DRAWN[name].label).join(", ");

function byWave(found: readonly WaveStretch[]): { wave: WaveName; stretches: Stretch[] }[] {
  return EVERY_WAVE.map((wave) => ({
    wave,
    stretches: found
      .filter((one) => one.wave === wave)
      .map(({ start, rate, values }) => ({ start, rate, scale: 1, samples: values })),
  })).filter(({ stretches }) => stretches.length > 0);
}
