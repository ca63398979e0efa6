// A strip on paper: A4 across, true millimetres, with whose it is and how it was drawn on each page.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { api } from "../../api";
import { useMe } from "../../session";
import { lanesOf, pathOf, runsOf, scaleOf, type Wave } from "../../strip";
import { unitInWords, written } from "../../units";
import { DRAWN, gainInWords, type Look } from "../../wave-looks";
import type { Patient, Trend, VitalInfo } from "../../words";
import { pagesOf, type Row } from "./paper";
import classes from "./print.module.css";

/** The clinician's usual gain, where the screen was fitted. */
const GAIN = 10;
const BACK_MS = 60_000;
const ON_PAPER = ["heart_rate", "pulse", "oxygen_saturation", "respiratory_rate", "systolic"];

export type Print = { start: number; end: number; waves: readonly Wave[] };
type Props = {
  print: Print;
  patient: Patient;
  infos: ReadonlyMap<string, VitalInfo>;
  look: Look;
  done: () => void;
};

/** Lies in the document only while it is printed; the screen does not show it. */
export function PrintedStrip({ print, patient, infos, look, done }: Props) {
  const { person } = useMe();
  const numbers = useQuery({
    queryKey: ["at", patient.id, print.end],
    queryFn: ({ signal }) =>
      api.trend(patient.id, Math.floor(print.end - BACK_MS), Math.ceil(print.end), 60, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const isReady = !numbers.isPending;
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    if (!isReady) return;
    const over = () => latest.current();
    addEventListener("afterprint", over);
    const timer = setTimeout(() => window.print());
    return () => {
      clearTimeout(timer);
      removeEventListener("afterprint", over);
    };
  }, [isReady]);
  const shown = print.waves.map(({ wave }) => wave);
  const pages = pagesOf(print.start, print.end, look.speed, shown);
  const at = numbers.data ? numbersAt(numbers.data, print.end, infos) : "not known";
  return createPortal(
    <div className={classes.papers} data-paper>
      {pages.map((rows, number) => (
        <section key={rows[0]?.start} className={classes.paper}>
          <header>
            <div>
              <b>{patient.name}</b>
              <span>
                {patient.record_number}, born {dayOf(`${patient.birth_date}T12:00:00`)},{" "}
                {patient.sex}
              </span>
              <span>
                {patient.ward} {patient.bed}
              </span>
            </div>
            <div>
              <b>{whenOf(print.start, print.end)}</b>
              <span>Numbers at the end: {at}</span>
            </div>
          </header>
          {rows.map((row) => (
            <PrintedRow key={row.start} row={row} print={print} look={look} />
          ))}
          <footer>
            <span>
              {look.speed} mm/s. Grid 1 mm and 5 mm: print at 100 %. Times are the device's own; a
              gap is where nothing was received.
            </span>
            <span>
              Homeward is a secondary display and alarm system: the device at the bedside stays the
              primary one. Not for diagnosis, unless whoever put it into service has validated it
              for that. Printed {whenOf(Date.now())} by {person.name}. Page {number + 1} of{" "}
              {pages.length}.
            </span>
          </footer>
        </section>
      ))}
    </div>,
    document.body,
  );
}

type RowProps = { row: Row; print: Print; look: Look };

/** Seconds of every wave below each other, in millimetres. */
function PrintedRow({ row, print, look }: RowProps) {
  const { start, end, wide, tall } = row;
  const { waves } = print;
  const names = waves.map(({ wave }) => wave);
  const lanes = lanesOf(names, tall);
  const gain = look.gain === "fit" ? GAIN : look.gain;
  return (
    <svg width={`${wide}mm`} height={`${tall + 5}mm`} viewBox={`0 0 ${wide} ${tall + 5}`}>
      <title>{`Waveforms of ${whenOf(start, end)}`}</title>
      <path d={lines(wide, tall, 1)} className={classes.fine} />
      <path d={lines(wide, tall, 5)} className={classes.strong} />
      {waves.map(({ wave, stretches }, place) => {
        const { top, height } = lanes[place] ?? { top: 0, height: tall };
        const runs = runsOf(stretches, start, end);
        // One scale for all rows: what is fitted is fitted to the whole of what is printed.
        const whole = runsOf(stretches, print.start, print.end);
        const scale = scaleOf(wave, whole, gain, height - 2);
        const middle = top + height / 2;
        const x = (at: number) => ((at - start) / 1000) * look.speed;
        const y = (value: number) => middle - (value - scale.middle) * scale.mmPerUnit;
        return (
          <g key={wave}>
            <path d={pathOf(runs, x, y)} className={classes.line} data-wave={wave} />
            <text x={1} y={top + 4} className={classes.label}>
              {DRAWN[wave].label} {gainInWords(wave, scale.mmPerUnit) || "fitted"}
            </text>
          </g>
        );
      })}
      {secondsOf(start, end).map((at) => (
        <text
          key={at}
          x={((at - start) / 1000) * look.speed}
          y={tall + 3.6}
          className={classes.time}
        >
          {clockOf(at)}
        </text>
      ))}
    </svg>
  );
}

function lines(wide: number, tall: number, step: number): string {
  let path = "";
  for (let x = 0; x <= wide; x += step) path += `M${x} 0V${tall}`;
  for (let y = 0; y <= tall; y += step) path += `M0 ${y}H${wide}`;
  return path;
}

/** Every second, or so many that their times do not run into each other. */
function secondsOf(start: number, end: number): number[] {
  const step = end - start > 12_000 ? 5_000 : 1_000;
  const found = [];
  for (let at = Math.ceil(start / step) * step; at < end; at += step) found.push(at);
  return found;
}

/** The newest of each vital that still stood at `at`. */
function numbersAt(trend: Trend, at: number, infos: Props["infos"]): string {
  const found = ON_PAPER.flatMap((vital) => {
    const info = infos.get(vital);
    const series = trend.series.find((one) => one.vital === vital);
    const value = series?.mean.at(-1);
    const since = at - (series?.at.at(-1) ?? 0);
    if (!info || value === undefined || since > info.stale_seconds * 1000) return [];
    return [`${info.label} ${written(value, info)} ${unitInWords(info.unit)}`];
  });
  return found.join(", ") || "none";
}

const clockOf = (at: number): string =>
  new Date(at).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
const dayOf = (at: number | string): string =>
  new Date(at).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });

function whenOf(start: number, end?: number): string {
  const until = end === undefined ? "" : ` – ${clockOf(end)}`;
  return `${dayOf(start)}, ${clockOf(start)}${until}`;
}
