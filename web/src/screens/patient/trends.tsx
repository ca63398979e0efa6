// The record on one time axis: what happened on top, the vital signs below, one cursor for all.

import { Button, Switch } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import "uplot/dist/uPlot.min.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLivePatient } from "../../live";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { Alarm, Patient } from "../../words";
import { EnteredLane, useEntered } from "./entered";
import { AlarmLane, ScoreLane } from "./lane";
import { MeterSaid } from "./meter-said";
import { PanelRow } from "./panel";
import { panelsOf } from "./panels";
import { GUTTER } from "./plot";
import { SourcesOf } from "./sources";
import { TrendTable } from "./trend-table";
import classes from "./trends.module.css";
import { type ChartAxis, useMeasured, useTrend } from "./use-chart";
import { WaveLanes } from "./wave-lanes";

/** As the server has it: more than a wall of screens is wide. */
const POINTS_MAX = 4_000;

type Props = { patient: Patient; axis: ChartAxis; open: readonly Alarm[]; now: number };

export function Trends({ patient, axis, open, now }: Props) {
  const { ref, width } = useElementSize();
  const [cursor, setCursor] = useState<number | null>(null);
  // The vital whose sources are asked for.
  const [asked, setAsked] = useState<string | null>(null);
  const [asTable, setAsTable] = useState(false);
  // The plot's own pixels: more buckets cannot be seen, and are not asked for.
  const pixels = Math.min(POINTS_MAX, Math.round(width - GUTTER));
  const points = width > 0 ? Math.max(100, pixels) : 0;
  const charted = useTrend(patient.id, axis, points);
  const { trend, buckets, infos, bucketMs } = charted;
  const measured = useMeasured(patient.id, trend);
  const panels = panelsOf(measured);
  const latest = useLivePatient(patient.id).vitals;
  const alarms = useMemo(() => together(trend?.alarms ?? [], open), [trend, open]);
  const entered = useEntered(patient.id, axis);
  const { zoomTo, window } = axis;
  const setFigure = useWheel(axis, cursor);
  if (charted.error && !trend) return <Trouble error={charted.error} again={charted.again} />;
  const lane = { window, width: points, now };
  return (
    <figure
      ref={setFigure}
      className={classes.chart}
      aria-label="Vital signs over time"
      data-behind={charted.isBehind}
    >
      <div className={classes.measure}>
        <div ref={ref} />
      </div>
      {!trend ? (
        <Waiting what="Reading the record" />
      ) : panels.length === 0 ? (
        <Empty title="Nothing has been recorded for this patient yet" />
      ) : (
        <>
          <AlarmLane {...lane} alarms={alarms} onZoom={zoomTo} />
          <ScoreLane {...lane} scores={trend.scores} />
          <EnteredLane entered={entered} window={window} now={now} />
          <WaveLanes patient={patient.id} axis={axis} width={points} />
          {asTable ? (
            <>
              <TrendTable
                window={window}
                buckets={buckets}
                infos={infos}
                now={now}
                onSources={setAsked}
              />
              <MeterSaid patient={patient.id} window={window} now={now} />
            </>
          ) : (
            panels.map((panel, index) => (
              <PanelRow
                key={panel.id}
                panel={panel}
                window={window}
                buckets={buckets}
                infos={infos}
                bucketMs={bucketMs}
                alarms={alarms}
                entered={entered}
                latest={latest}
                width={width}
                isTall={panels.length <= 2}
                hasAxis={index === panels.length - 1}
                cursor={cursor}
                now={now}
                onZoom={zoomTo}
                onCursor={setCursor}
              />
            ))
          )}
        </>
      )}
      <figcaption className={classes.caption}>
        <span>
          Line: mean. Band: lowest to highest.{" "}
          <span className={classes.keys}>
            Drag to zoom, or + and −. Keys 1–9 choose the span, ← → move in time, L goes back to
            live.
          </span>
        </span>
        {panels.length > 0 && (
          <Button variant="default" h={44} onClick={() => setAsked(panels[0]?.vitals[0] ?? "")}>
            Sources
          </Button>
        )}
        <Switch
          label="As a table"
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </figcaption>
      <SourcesOf
        patient={patient.id}
        first={asked}
        infos={[...infos.values()].filter(({ vital }) => measured.has(vital))}
        window={window}
        now={now}
        onClose={() => setAsked(null)}
      />
    </figure>
  );
}

/** Ctrl and the wheel (or two fingers) zoom around the cursor; the wheel alone scrolls the page. */
function useWheel(axis: ChartAxis, cursor: number | null) {
  const [figure, setFigure] = useState<HTMLElement | null>(null);
  const latest = useRef({ axis, cursor });
  latest.current = { axis, cursor };
  useEffect(() => {
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { axis, cursor } = latest.current;
      axis.scale(1.002 ** Math.max(-300, Math.min(300, event.deltaY)), cursor);
    };
    figure?.addEventListener("wheel", turn, { passive: false });
    return () => figure?.removeEventListener("wheel", turn);
  }, [figure]);
  return setFigure;
}

/** The record's alarms, with what the live socket knows better. */
function together(recorded: readonly Alarm[], open: readonly Alarm[]): Alarm[] {
  const known = new Map(recorded.map((alarm) => [alarm.id, alarm]));
  for (const alarm of open) known.set(alarm.id, alarm);
  return [...known.values()];
}
