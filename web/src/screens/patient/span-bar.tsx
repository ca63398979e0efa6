// Which part of the record is on screen: one click or one key to any span.

import { ActionIcon, Button } from "@mantine/core";
import { useEffect } from "react";
import { CLOCK } from "../../freshness";
import { ArrowIcon } from "../../parts/staff-icons";
import { SPANS } from "./axis";
import classes from "./trends.module.css";
import type { ChartAxis } from "./use-chart";

export function SpanBar({ axis, now }: { axis: ChartAxis; now: number }) {
  useKeys(axis);
  const { window } = axis;
  return (
    <div className={classes.spanBar} role="toolbar" aria-label="Time span">
      <div className={classes.spans}>
        {SPANS.map((span) => (
          <button
            key={span.key}
            type="button"
            className={classes.span}
            aria-pressed={axis.span === span}
            aria-keyshortcuts={span.key}
            title={`Show ${span.name} (key ${span.key})`}
            onClick={() => axis.choose(span)}
          >
            {span.label}
          </button>
        ))}
      </div>
      <div className={classes.steps}>
        <Zoom name="Zoom out" keyName="minus" sign="−" onClick={() => axis.scale(ZOOM, null)} />
        <Zoom name="Zoom in" keyName="plus" sign="+" onClick={() => axis.scale(1 / ZOOM, null)} />
        <Step name="Earlier" keyName="left arrow" onClick={() => axis.step(-1)} isBack />
        <Step
          name="Later"
          keyName="right arrow"
          onClick={() => axis.step(1)}
          isOff={window.isLive}
        />
        {window.isLive ? (
          <span className={classes.isLive}>
            <i aria-hidden="true" /> Live
          </span>
        ) : (
          <Button h={40} onClick={axis.goLive} title="Back to live (key L)" aria-keyshortcuts="l">
            Back to live
          </Button>
        )}
      </div>
      <span className={classes.range} data-testid="range">
        {rangeText(window.start, window.end, now)}
      </span>
    </div>
  );
}

type ZoomProps = { name: string; keyName: string; sign: string; onClick: () => void };

function Zoom({ name, keyName, sign, onClick }: ZoomProps) {
  return (
    <ActionIcon
      variant="default"
      size={40}
      aria-label={name}
      title={`${name} (${keyName}; Ctrl and wheel on a curve)`}
      onClick={onClick}
      className={classes.zoom}
    >
      <b aria-hidden="true">{sign}</b>
    </ActionIcon>
  );
}

type StepProps = {
  name: string;
  keyName: string;
  onClick: () => void;
  isBack?: boolean;
  isOff?: boolean;
};

function Step({ name, keyName, onClick, isBack, isOff }: StepProps) {
  return (
    <ActionIcon
      variant="default"
      size={40}
      aria-label={name}
      title={`${name} (${keyName})`}
      disabled={isOff}
      onClick={onClick}
    >
      <ArrowIcon style={isBack ? { transform: "scaleX(-1)" } : undefined} />
    </ActionIcon>
  );
}

const ZOOM = 2;

const TYPED_INTO = "input, textarea, select, [contenteditable], [role=tab], [role=dialog] *";

/** 1 to 9 choose spans, + and - zoom, left and right move in time, L goes back to live. */
function useKeys(axis: ChartAxis): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.matches(TYPED_INTO)) return;
      const span = SPANS.find((one) => one.key === event.key);
      if (span) axis.choose(span);
      else if (event.key === "ArrowLeft") axis.step(-1);
      else if (event.key === "ArrowRight") axis.step(1);
      else if (event.key === "+" || event.key === "=") axis.scale(1 / ZOOM, null);
      else if (event.key === "-") axis.scale(ZOOM, null);
      else if (event.key.toLowerCase() === "l") axis.goLive();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [axis]);
}

const isSameYear = (one: number, other: number): boolean =>
  new Date(one).getFullYear() === new Date(other).getFullYear();

/** "Tue 24 Nov, 05:36 – 06:36": the span in full, the day said once where it is one. */
export function rangeText(start: number, end: number, now: number): string {
  const isToday = new Date(start).toDateString() === new Date(now).toDateString();
  const format = new Intl.DateTimeFormat([], {
    ...(isToday ? {} : { weekday: "short", day: "numeric", month: "short" }),
    ...CLOCK,
    ...(end - start < 600_000 ? { second: "2-digit" } : {}),
    ...(end - start < 10_000 ? { fractionalSecondDigits: 1 } : {}),
    ...(isSameYear(start, now) ? {} : { year: "numeric" }),
  });
  return format.formatRange(start, end);
}
