// What happened, above the curves and on their axis: alarms by priority, scores by risk.

import { useMemo } from "react";
import { MARKS } from "../../alarms";
import { clockTime, inWords } from "../../freshness";
import { riskInWords, scoreInWords } from "../../score";
import type { Alarm, ScorePoint } from "../../words";
import { placeOf, type Window } from "./axis";
import { weightOf } from "./news2_bands";
import { type Packed, packRows, type ScoreStretch, scoreStretches, stretchOf } from "./stretches";
import classes from "./trends.module.css";

const MARK_PIXELS = 26;
/** A mark's own 24 (WCAG 2.2, 2.5.8), and what parts it from the next. */
const ROW_PIXELS = 26;
const SCORE_PIXELS = 20;
const ROWS_MAX = 4;

type LaneProps = { window: Window; width: number; now: number };

function placed(start: number, end: number, window: Window) {
  const from = Math.max(0, placeOf(start, window.start, window.end));
  const to = Math.min(1, placeOf(end, window.start, window.end));
  return { left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` };
}

export function AlarmLane(
  props: LaneProps & { alarms: readonly Alarm[]; onZoom: (from: number, to: number) => void },
) {
  const { alarms, window, width, now, onZoom } = props;
  const leastMs = ((window.end - window.start) / Math.max(1, width)) * MARK_PIXELS;
  const packed = packRows(alarms, window, now, leastMs);
  const shown = packed.filter(({ row }) => row < ROWS_MAX);
  const rows = 1 + shown.reduce((most, { row }) => Math.max(most, row), 0);
  return (
    <div className={classes.lane}>
      <span className={classes.laneName}>Alarms</span>
      <ul
        className={classes.stretches}
        style={{ height: rows * ROW_PIXELS }}
        aria-label="Alarms in this span"
      >
        {shown.map((one) => (
          <AlarmMark key={one.alarm.id} {...one} window={window} now={now} onZoom={onZoom} />
        ))}
        {packed.length === 0 && <li className={classes.quiet}>none in this span</li>}
      </ul>
      <span className={classes.laneEnd}>
        {packed.length > shown.length && `+${packed.length - shown.length} more`}
      </span>
    </div>
  );
}

type MarkProps = Packed & {
  window: Window;
  now: number;
  onZoom: (from: number, to: number) => void;
};

function AlarmMark({ alarm, start, end, row, window, now, onZoom }: MarkProps) {
  const { left, width } = placed(start, end, window);
  const title = storyOf(alarm, now);
  return (
    <li
      className={classes.markPlace}
      style={{ left: `min(${left}, 100% - ${MARK_PIXELS}px)`, width, top: row * ROW_PIXELS }}
    >
      <button
        type="button"
        className={classes.mark}
        data-priority={alarm.priority}
        data-state={alarm.state}
        title={title}
        aria-label={`${title}. Show it in the chart.`}
        onClick={() => onZoom(...around(alarm, now))}
      >
        <b aria-hidden="true">{MARKS[alarm.priority]}</b>
        <span aria-hidden="true">{alarm.text}</span>
      </button>
    </li>
  );
}

/** An alarm with as much before and after it as it lasted, a minute at least. */
function around(alarm: Alarm, now: number): [number, number] {
  const { start, end } = stretchOf(alarm, now);
  const margin = Math.max(60_000, end - start);
  return [start - margin, end + margin];
}

export function storyOf(alarm: Alarm, now: number): string {
  const { start, end } = stretchOf(alarm, now);
  const isOver = alarm.cleared !== null || alarm.resolved !== null;
  const until = isOver ? `until ${clockTime(end, now)}` : "still standing";
  const by = alarm.acknowledged_by ? `, acknowledged by ${alarm.acknowledged_by}` : "";
  const priority = `${alarm.priority[0]?.toUpperCase()}${alarm.priority.slice(1)} alarm`;
  return `${priority}: ${alarm.text}, from ${clockTime(start, now)}, ${until} (${inWords(end - start)})${by}`;
}

const LETTER_PIXELS = 8;

/** Whether a score's words have room: half a number is a wrong number. */
function fits({ start, end, score }: ScoreStretch, window: Window, width: number): boolean {
  const pixels = ((end - start) / (window.end - window.start)) * width;
  return pixels >= scoreInWords(score).length * LETTER_PIXELS + 4;
}

export function ScoreLane(props: LaneProps & { scores: readonly ScorePoint[] }) {
  const { scores, window, width } = props;
  const slots = Math.max(1, Math.min(80, Math.floor(width / SCORE_PIXELS)));
  const { start, end } = window;
  const label = scores.at(-1)?.label ?? "Score";
  const stretches = useMemo(
    () => scoreStretches(scores, { start, end }, slots),
    [scores, start, end, slots],
  );
  return (
    <div className={classes.lane}>
      <span className={classes.laneName}>{label}</span>
      <ul className={classes.stretches} style={{ height: 22 }} aria-label={`${label} in this span`}>
        {stretches.map((one) => (
          <li
            key={one.start}
            className={classes.score}
            data-weight={weightOf(one.score)}
            style={placed(one.start, one.end, window)}
            title={`${one.score.label} ${scoreInWords(one.score)}, ${riskInWords(one.score)}`}
          >
            {fits(one, window, width) && scoreInWords(one.score)}
          </li>
        ))}
        {stretches.length === 0 && <li className={classes.quiet}>none in this span</li>}
      </ul>
      <span className={classes.laneEnd} />
    </div>
  );
}
