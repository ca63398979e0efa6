// A strip that stands still: waves on a grid of true millimetres, and two marks to measure with.

import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import type { WaveName } from "../../frame";
import { CLOCK } from "../../freshness";
import {
  type Lane,
  lanesOf,
  pathOf,
  runsOf,
  scaleOf,
  thinned,
  valueAt,
  type Wave,
} from "../../strip";
import { DRAWN, gainInWords, type Look } from "../../wave-looks";
import { type Calipers, clamped, inWords, measured } from "./calipers";
import classes from "./frozen.module.css";
import { Choice } from "./head";

const TALL = 340;
const AXIS_TALL = 18;
const STEP_MS = 4;
const STEPS = new Map(Object.entries({ ArrowLeft: -1, ArrowRight: 1 }));

export const secondTime = (at: number): string =>
  new Date(at).toLocaleTimeString([], { ...CLOCK, second: "2-digit" });

type Props = {
  waves: readonly Wave[];
  start: number;
  end: number;
  width: number;
  look: Look;
  marks: Calipers;
  setMarks: (marks: Calipers) => void;
};

export function Still({ waves, start, end, width, look, marks, setMarks }: Props) {
  const [chosen, choose] = useState<WaveName | null>(null);
  const names = waves.map(({ wave }) => wave);
  const wave = names.find((name) => name === chosen) ?? names[0];
  const lanes = lanesOf(names, TALL);
  const x = (at: number) => ((at - start) / (end - start)) * width;
  const stretches = waves.find((one) => one.wave === wave)?.stretches ?? [];
  const found = measured(marks, (at) => valueAt(stretches, at));
  const words = wave ? inWords(found, DRAWN[wave].unit) : [];
  const bounds = { start, end, width };
  return (
    <>
      <div
        className={classes.paper}
        style={{ height: TALL + AXIS_TALL }}
        data-start={start}
        data-end={end}
      >
        <svg width={width} height={TALL + AXIS_TALL} aria-hidden="true">
          <Grid pixelsPerMm={look.pixelsPerMm} width={width} />
          {waves.map((one, place) => (
            <Line
              key={one.wave}
              {...one}
              lane={lanes[place] as Lane}
              {...bounds}
              look={look}
              place={place}
            />
          ))}
          <Axis {...bounds} />
        </svg>
        {names.length === 0 && <p className={classes.none}>No waveform in this span</p>}
        {(["a", "b"] as const).map((mark) => (
          <Mark
            key={mark}
            name={mark.toUpperCase()}
            at={marks[mark]}
            x={x(marks[mark])}
            {...bounds}
            move={(at) => setMarks({ ...marks, [mark]: at })}
          />
        ))}
      </div>
      <div className={classes.measured}>
        {wave && (
          <Choice
            name="Measured on"
            value={wave}
            all={names}
            choose={choose}
            say={(name) => DRAWN[name].label}
          />
        )}
        <output className={classes.result} aria-label="Between A and B" data-testid="calipers">
          {words.map((word) => (
            <b key={word}>{word}</b>
          ))}
        </output>
        <span className={classes.hint}>
          Drag A and B, or choose one with Tab and move it with ← →; with Shift ten times as far.
        </span>
      </div>
    </>
  );
}

type Bounds = { start: number; end: number; width: number };

/** Fine lines each millimetre, strong ones each five. */
function Grid({ pixelsPerMm, width }: { pixelsPerMm: number; width: number }) {
  const five = pixelsPerMm * 5;
  return (
    <>
      <defs>
        <pattern id="mm" width={pixelsPerMm} height={pixelsPerMm} patternUnits="userSpaceOnUse">
          <path d={`M0 0V${pixelsPerMm}M0 0H${pixelsPerMm}`} className={classes.fine} />
        </pattern>
        <pattern id="mm5" width={five} height={five} patternUnits="userSpaceOnUse">
          <path d={`M0 0V${five}M0 0H${five}`} className={classes.strong} />
        </pattern>
      </defs>
      <rect width={width} height={TALL} fill="url(#mm)" />
      <rect width={width} height={TALL} fill="url(#mm5)" />
    </>
  );
}

type LineProps = Wave & Bounds & { lane: Lane; look: Look; place: number };

function Line({ wave, stretches, lane, start, end, width, look, place }: LineProps) {
  const { path, mmPerUnit } = useMemo(() => {
    const pixelMs = (end - start) / width;
    const runs = runsOf(stretches, start, end);
    const scale = scaleOf(wave, runs, look.gain, (lane.height - 8) / look.pixelsPerMm);
    const middle = lane.top + lane.height / 2;
    const y = (value: number) =>
      middle - (value - scale.middle) * scale.mmPerUnit * look.pixelsPerMm;
    const thin = runs.map((run) => thinned(run, pixelMs));
    const line = pathOf(thin, (at) => (at - start) / pixelMs, y);
    return { path: line, mmPerUnit: scale.mmPerUnit };
  }, [wave, stretches, lane.top, lane.height, start, end, width, look]);
  return (
    <g>
      <path
        d={path}
        fill="none"
        stroke={DRAWN[wave].colour}
        strokeWidth={1.4}
        strokeLinejoin="round"
        data-wave={wave}
      />
      <text x={6} y={lane.top + 15} fill={DRAWN[wave].colour} className={classes.lane}>
        {DRAWN[wave].label} {gainInWords(wave, mmPerUnit)}
        {place === 0 && ` ${look.speed} mm/s`}
      </text>
    </g>
  );
}

function Axis({ start, end, width }: Bounds) {
  const seconds = (end - start) / 1000;
  const step = [1, 2, 5, 10, 20, 60].find((one) => (width / seconds) * one >= 70) ?? 60;
  const first = Math.ceil(start / (step * 1000)) * step * 1000;
  const marks = [];
  for (let at = first; at < end; at += step * 1000) marks.push(at);
  return marks.map((at) => (
    <text
      key={at}
      x={((at - start) / (end - start)) * width}
      y={TALL + 14}
      className={classes.time}
    >
      {secondTime(at)}
    </text>
  ));
}

type MarkProps = Bounds & { name: string; at: number; x: number; move: (at: number) => void };

/** One caliper: dragged, or moved with the arrow keys. */
function Mark({ name, at, x, start, end, width, move }: MarkProps) {
  const to = (moment: number) => move(clamped(moment, start, end));
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    to(start + ((event.clientX - left) / width) * (end - start));
  };
  const press = (event: KeyboardEvent) => {
    const by = STEPS.get(event.key);
    if (by) to(at + by * STEP_MS * (event.shiftKey ? 10 : 1));
    else if (event.key === "Home") to(start);
    else if (event.key === "End") to(end);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      className={classes.mark}
      data-mark={name}
      style={{ left: x }}
      aria-label={`Caliper ${name}`}
      aria-valuemin={0}
      aria-valuemax={Math.round(end - start)}
      aria-valuenow={Math.round(at - start)}
      aria-valuetext={`${Math.round(at - start)} ms after the left edge`}
      onKeyDown={press}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    >
      <span>{name}</span>
    </div>
  );
}
