// The observation chart of the Royal College of Physicians: rows are bands, columns are times.
// It stays black on white paper in the dark scheme too: its colours carry meaning, unmodified.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api";
import { CLOCK } from "../../freshness";
import { live, useConnections } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import { missingOf, riskInWords, scoreInWords } from "../../score";
import type { Part, Patient, Score, Trend } from "../../words";
import { timesOf } from "./axis";
import classes from "./news2.module.css";
import {
  ACKNOWLEDGEMENT,
  bandOf,
  heldAt,
  isOnAir,
  observedAt,
  PARAMETERS,
  type Parameter,
  RISK,
  weightOf,
} from "./news2_bands";
import { bucketsOf } from "./series";
import type { ChartAxis } from "./use-chart";

const GROUPS = [...new Set(PARAMETERS.map(({ group }) => group))];
const COLUMNS = 12;
const REFRESH_MS = 15_000;
// Thirty readings of each vital a column: its newest is near its time.
const POINTS = COLUMNS * 30;

type Props = { patient: Patient; axis: ChartAxis; now: number };

export function News2({ patient, axis }: Props) {
  const { window, span } = axis;
  const connections = useConnections();
  const spanMs = window.end - window.start;
  const place = window.isLive ? (span?.label ?? Math.round(spanMs)) : [window.start, window.end];
  const query = useQuery({
    queryKey: ["news2", patient.id, place, connections],
    queryFn: async () => {
      const end = window.isLive ? Math.max(window.end, live.now()) : window.end;
      const start = Math.floor(window.isLive ? end - spanMs : window.start);
      const [scores, trend] = await Promise.all([
        api.news2(patient.id, start, Math.ceil(end)),
        api.trend(patient.id, start, Math.ceil(end), POINTS),
      ]);
      return { start, end, scores, trend };
    },
    placeholderData: keepPreviousData,
    refetchInterval: window.isLive ? REFRESH_MS : false,
  });
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Waiting what="Reading the scores" />;
  const { start, end, scores, trend } = query.data;
  const times = timesOf(start, end, COLUMNS);
  const shown = heldAt(scores, times).map((score, index) =>
    score ? observed(score, trend, times[index] ?? end) : undefined,
  );
  return (
    <div className={classes.paper}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must take the keyboard */}
      <section ref={atNewest} className={classes.scroll} tabIndex={0} aria-label="NEWS2 chart">
        <table className={classes.chart}>
          <caption>
            NEWS2 observation chart, SpO₂ scale {patient.oxygen_scale}. Each column is the score as
            it stood at that time.
          </caption>
          <Times times={times} shown={shown} isLong={spanMs > 20 * 3_600_000} />
          {GROUPS.map((group) => (
            <Group key={group} group={group} scale={patient.oxygen_scale} shown={shown} />
          ))}
          <Totals shown={shown} />
        </table>
      </section>
      <p className={classes.acknowledgement}>{ACKNOWLEDGEMENT}</p>
    </div>
  );
}

/** Scrolled to the newest column at first, where not all fit. */
function atNewest(region: HTMLElement | null): void {
  if (region) region.scrollLeft = region.scrollWidth;
}

/** The score with each value as it was at that time, where that is in the band it scored. */
function observed(score: Score, trend: Trend, time: number): Score {
  const air = isOnAir(partOf(score, "on_oxygen")?.value ?? null);
  const parts = score.parts.map((part) => {
    const parameter = PARAMETERS.find(
      (one) => one.parameter === part.parameter && (one.scale ?? score.scale) === score.scale,
    );
    const series = trend.series.find(({ vital }) => vital === part.parameter);
    const isNumber = part.value !== null && !Number.isNaN(Number(part.value));
    if (!parameter || !series || part.is_missing || !isNumber) return part;
    const value = observedAt(part.parameter, bucketsOf(series), time);
    const band = (text: string | null) => bandOf(parameter, text, score.scale, air);
    return value !== null && band(value) === band(part.value) ? { ...part, value } : part;
  });
  return { ...score, parts };
}

type ShownProps = { shown: (Score | undefined)[] };

function Times({ times, shown, isLong }: ShownProps & { times: number[]; isLong: boolean }) {
  const isShort = (times.at(-1) ?? 0) - (times[0] ?? 0) < 20 * 60_000;
  return (
    <thead>
      <tr>
        <th scope="col" colSpan={4} className={classes.corner}>
          Points
        </th>
        {times.map((at, index) => (
          <th key={`${index}-${at}`} scope="col" data-empty={!shown[index] || undefined}>
            {isLong && (
              <span>{new Date(at).toLocaleDateString([], { day: "2-digit", month: "short" })}</span>
            )}
            {new Date(at).toLocaleTimeString([], {
              ...CLOCK,
              second: isShort ? "2-digit" : undefined,
            })}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** One letter of the chart: A+B, C, D or E, and its parameters. */
function Group({ group, scale, shown }: ShownProps & { group: string; scale: 1 | 2 }) {
  const parameters = PARAMETERS.filter((one) => one.group === group);
  const rows = parameters.reduce((count, { bands }) => count + bands.length, 0);
  return (
    <tbody>
      {parameters.map((parameter, index) => {
        const places = shown.map((score) => placeIn(parameter, score));
        return parameter.bands.map((band, row) => (
          <tr
            key={`${parameter.title} ${band.label}`}
            data-weight={band.points}
            data-first={row === 0 || undefined}
          >
            {index === 0 && row === 0 && (
              <th scope="rowgroup" rowSpan={rows} className={classes.letter}>
                {group}
              </th>
            )}
            {row === 0 && (
              <th scope="row" rowSpan={parameter.bands.length} className={classes.title}>
                {parameter.title}{" "}
                <small>
                  {parameter.unit}
                  {(parameter.scale ?? scale) !== scale && ", not used for this patient"}
                </small>
              </th>
            )}
            <th scope="row" className={classes.band}>
              {band.label}
            </th>
            <td className={classes.points}>{band.points || ""}</td>
            <Cells places={places} row={row} />
          </tr>
        ));
      })}
    </tbody>
  );
}

type Place = { row: number; text: string } | undefined;

function Cells({ places, row }: { places: Place[]; row: number }) {
  return places.map((place, column) => (
    <td key={column} data-here={place?.row === row || undefined}>
      {place?.row === row && place.text}
    </td>
  ));
}

function partOf(score: Score, parameter: string): Part | undefined {
  return score.parts.find((part) => part.parameter === parameter);
}

/** Where a score's observation stands in a parameter's rows, and what is written there. */
function placeIn(parameter: Parameter, score: Score | undefined): Place {
  const part = score && partOf(score, parameter.parameter);
  if (!score || !part || part.is_missing || part.value === null) return undefined;
  const air = isOnAir(partOf(score, "on_oxygen")?.value ?? null);
  const row = bandOf(parameter, part.value, score.scale, air);
  const text = Number.isNaN(Number(part.value)) ? "●" : part.value;
  return row < 0 ? undefined : { row, text };
}

function Totals({ shown }: ShownProps) {
  const cells = (write: (score: Score) => string, hasWeight = false) =>
    shown.map((score, column) => (
      <td
        key={column}
        data-weight={hasWeight && score ? weightOf(score) : undefined}
        data-partial={hasWeight && score?.total === null ? true : undefined}
      >
        {score ? write(score) : "–"}
      </td>
    ));
  return (
    <tbody className={classes.totals}>
      <tr data-first>
        <Head>NEWS total</Head>
        {cells(scoreInWords, true)}
      </tr>
      <tr>
        <Head>Clinical risk</Head>
        {cells(riskOnChart)}
      </tr>
      <tr>
        <Head>Missing</Head>
        {cells(missingIn)}
      </tr>
      <tr>
        <Head>Monitoring frequency</Head>
        {cells((score) => score.interval)}
      </tr>
    </tbody>
  );
}

function Head({ children }: { children: string }) {
  return (
    <th scope="row" colSpan={4} className={classes.totalHead}>
      {children}
    </th>
  );
}

/** The chart's own word; of a score with missing inputs what is certain, or that nothing is. */
function riskOnChart(score: Score): string {
  return score.total === null ? riskInWords(score) : RISK[score.risk].word;
}

function missingIn(score: Score): string {
  const missing = missingOf(score);
  return missing.length === 0 ? "none" : missing.join(", ");
}
