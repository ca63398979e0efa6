// One panel of the chart: a plot on the shared axis, and beside it what the curve says in numbers.

import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import type { LiveValue } from "../../live";
import { unitInWords, written } from "../../units";
import type { Alarm, Observation, VitalInfo } from "../../words";
import type { Window } from "./axis";
import { usePalette } from "./palette";
import type { Panel } from "./panels";
import { heightOf, joined, plotOptions, type Shown } from "./plot";
import { atCursor, atPresent, BLANK, type Pointed } from "./readout";
import { type Bucket, gapMs, summaryOf, withGaps } from "./series";
import classes from "./trends.module.css";

type Props = {
  panel: Panel;
  window: Window;
  buckets: Map<string, Bucket[]>;
  infos: Map<string, VitalInfo>;
  bucketMs: number;
  alarms: readonly Alarm[];
  entered: readonly Observation[];
  latest: Readonly<Record<string, LiveValue>>;
  width: number;
  isTall: boolean;
  hasAxis: boolean;
  cursor: number | null;
  now: number;
  onZoom: (from: number, to: number) => void;
  onCursor: (at: number | null) => void;
};

export function PanelRow(props: Props) {
  const { panel, infos } = props;
  const vitals = panel.vitals.filter((vital) => infos.has(vital));
  return (
    <section className={classes.panel} aria-label={panel.title} data-panel={panel.id}>
      <Plot {...props} />
      <div className={classes.readouts} style={{ color: `var(${panel.colour})` }}>
        {panel.isPressure ? (
          <Pressure {...props} />
        ) : (
          vitals.map((vital, index) => (
            <Readout key={vital} vital={vital} isSecond={index > 0} {...props} />
          ))
        )}
      </div>
    </section>
  );
}

function Plot(props: Props) {
  const { panel, window, buckets, infos, bucketMs, alarms, entered } = props;
  const { width, isTall, hasAxis } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const palette = usePalette(panel.colour);
  const shown = useRef<Shown>({ window, alarms, entered });
  shown.current = { window, alarms, entered };
  const { onZoom, onCursor } = props;
  const decimals = infos.get(panel.vitals[0] ?? "")?.decimals ?? 0;
  const data = useMemo(
    () =>
      joined(
        panel.vitals.map((vital) =>
          withGaps(buckets.get(vital) ?? [], gapMs(bucketMs, infos.get(vital)?.stale_seconds ?? 0)),
        ),
      ),
    [panel, buckets, infos, bucketMs],
  );

  const words = spoken(props);
  const isEmpty = words === nothing(panel);

  useEffect(() => {
    if (!place.current || width <= 0) return;
    const looks = { panel, palette, width, isTall, hasAxis, isEmpty, decimals };
    const wishes = { ...looks, shown, onZoom, onCursor };
    const made = new uPlot(plotOptions(wishes), [[]], place.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [panel, palette, width, isTall, hasAxis, isEmpty, decimals, onZoom, onCursor]);

  // Runs after the plot is made anew as well: every reason for that is a reason for this.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    plot.current?.batch((drawn: uPlot) => {
      drawn.setData(data, false);
      drawn.setScale("x", { min: window.start / 1_000, max: window.end / 1_000 });
    });
  }, [data, window, alarms, entered, palette, width, isTall, hasAxis, isEmpty, decimals]);

  return (
    <div className={classes.plot} role="img" aria-label={words}>
      <div
        ref={place}
        aria-hidden="true"
        style={{ height: heightOf({ isEmpty, isTall, hasAxis }) }}
      />
      {isEmpty && <p className={classes.nothing}>No readings in this span</p>}
    </div>
  );
}

function nothing(panel: Panel): string {
  return `${panel.title}: no readings in this span`;
}

/** The curve for those who do not see it: range and latest of each vital. */
function spoken({ panel, buckets, infos, window }: Props): string {
  const sentences = panel.vitals.flatMap((vital) => {
    const info = infos.get(vital);
    const inside = (buckets.get(vital) ?? []).filter(
      ({ at }) => at >= window.start && at <= window.end,
    );
    const summary = summaryOf(inside);
    if (!info || !summary) return [];
    const say = (value: number) => written(value, info);
    const range = `between ${say(summary.low)} and ${say(summary.high)}`;
    return [`${info.label} ${range} ${unitInWords(info.unit)}, last ${say(summary.latest)}`];
  });
  return sentences.length > 0 ? sentences.join("; ") : nothing(panel);
}

/** What a vital was at the cursor, or is now. */
function pointed(vital: string, props: Props): Pointed {
  const { buckets, infos, cursor, latest, now, bucketMs } = props;
  const info = infos.get(vital);
  if (!info) return { text: BLANK, below: "", isOld: true };
  if (cursor === null) return atPresent(latest[vital], now, info);
  return atCursor(buckets.get(vital) ?? [], cursor, bucketMs, info);
}

function Readout({ vital, isSecond, ...props }: Props & { vital: string; isSecond: boolean }) {
  const info = props.infos.get(vital);
  const { text, below, isOld } = pointed(vital, props);
  if (!info || (isSecond && isOld)) return null;
  return (
    <div className={classes.readout} data-second={isSecond || undefined}>
      <span className={classes.vital}>
        {info.label} <small>{unitInWords(info.unit)}</small>
      </span>
      <b className={classes.value} data-old={isOld || undefined}>
        {text}
      </b>
      <span className={classes.below}>{below}</span>
    </div>
  );
}

function Pressure(props: Props) {
  const unit = unitInWords(props.infos.get("systolic")?.unit ?? "");
  const systolic = pointed("systolic", props);
  const diastolic = pointed("diastolic", props);
  return (
    <div className={classes.readout}>
      <span className={classes.vital}>
        BP <small>{unit}</small>
      </span>
      <b className={classes.value} data-old={systolic.isOld || undefined}>
        {systolic.text}/{diastolic.text}
      </b>
      <span className={classes.below}>{props.cursor === null ? systolic.below : ""}</span>
    </div>
  );
}
