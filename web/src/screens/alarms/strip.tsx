// The waveforms around the alarm, as stored: thirty seconds before it and after it.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { chartApi } from "../../chart-api";
import { useNow } from "../../live";
import { Trouble } from "../../parts/states";
import type { WaveStretch } from "../../words";
import classes from "./alarms.module.css";

const AROUND_MS = 30_000;
const ROW_TALL = 84;
const MOMENT = "--hw-high";

export function Strip({ patient, at }: { patient: number; at: number }) {
  const isWhole = useNow() > at + AROUND_MS + 5_000;
  const waves = useQuery({
    queryKey: ["strip", patient, at, isWhole],
    queryFn: () => chartApi.waves(patient, at - AROUND_MS, at + AROUND_MS),
    refetchInterval: isWhole ? false : 5_000,
    placeholderData: (before) => before,
  });
  if (waves.error) return <Trouble error={waves.error} again={() => void waves.refetch()} />;
  if (!waves.data) return null;
  if (waves.data.length === 0) {
    return <p className={classes.none}>No waveform of this patient is stored for this minute.</p>;
  }
  const names = [...new Set(waves.data.map(({ wave }) => wave))];
  const rows = names.map((name) => waves.data.filter(({ wave }) => wave === name));
  return (
    <div className={classes.strip}>
      {rows.map((stretches) => (
        <Row key={stretches[0]?.wave} stretches={stretches} at={at} />
      ))}
      <div className={classes.ticks} aria-hidden="true">
        <span>−30 s</span>
        <span>alarm</span>
        <span>+30 s</span>
      </div>
    </div>
  );
}

function Row({ stretches, at }: { stretches: readonly WaveStretch[]; at: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { label = "", unit = "" } = stretches[0] ?? {};
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const redraw = () => draw(element, stretches, at);
    redraw();
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [stretches, at]);
  return (
    <div className={classes.wave}>
      <span>{label}</span>
      <canvas
        ref={canvas}
        height={ROW_TALL}
        role="img"
        aria-label={`${label} in ${unit}, thirty seconds before and after the alarm`}
      />
    </div>
  );
}

/** A gap is drawn as a gap: each stretch is a line of its own. */
function draw(canvas: HTMLCanvasElement, stretches: readonly WaveStretch[], at: number): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: wide, clientHeight: tall } = canvas;
  canvas.width = wide * scale;
  canvas.height = tall * scale;
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const values = stretches.flatMap((one) => one.values);
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = high - low || 1;
  const x = (time: number) => ((time - at + AROUND_MS) / (2 * AROUND_MS)) * wide;
  const y = (value: number) => 4 + (1 - (value - low) / span) * (tall - 8);
  pen.strokeStyle = style.getPropertyValue(MOMENT);
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(wide / 2, 0);
  pen.lineTo(wide / 2, tall);
  pen.stroke();
  pen.setLineDash([]);
  pen.strokeStyle = style.color;
  for (const { start, rate, values: samples } of stretches) {
    pen.beginPath();
    samples.forEach((value, place) => {
      const time = start + (place / rate) * 1000;
      if (place) pen.lineTo(x(time), y(value));
      else pen.moveTo(x(time), y(value));
    });
    pen.stroke();
  }
}
