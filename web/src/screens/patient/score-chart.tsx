// A score's observation chart: rows are bands, columns are times. NEWS2 is drawn as the Royal
// College of Physicians prints it, others from their own table. It stays black on white paper in
// the dark scheme too: its colours carry meaning, unmodified.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api";
import { chartApi } from "../../chart-api";
import { CLOCK } from "../../freshness";
import { live, useConnections } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import { missingOf, riskInWords, scoreInWords } from "../../score";
import type { Part, Patient, Score, Trend } from "../../words";
import { timesOf } from "./axis";
import { bandOf, heldAt, isOnAir, observedAt, type Parameter, RISK, weightOf } from "./news2_bands";
import classes from "./score-chart.module.css";
import { bucketsOf } from "./series";
import { isOfSheet, type Sheet, sheetOf } from "./sheets";
import type { ChartAxis } from "./use-chart";

const COLUMNS = 12;
const REFRESH_MS = 15_000;
// Thirty readings of each vital a column: its newest is near its time.
const POINTS = COLUMNS * 30;

type Props = { patient: Patient; axis: ChartAxis };

export function ScoreChart({ patient, axis }: Props) {
  const { window, span } = axis;
  const connections = useConnections();
  const spanMs = window.end - window.start;
  const place = window.isLive ? (span?.label ?? Math.round(spanMs)) : [window.start, window.end];
  const query = useQuery({
    queryKey: ["scores", patient.id, place, connections],
    queryFn: async () => {
      const end = window.isLive ? Math.max(window.end, live.now()) : window.end;
      const start = Math.floor(window.isLive ? end - spanMs : window.start);
      const [found, trend] = await Promise.all([
        chartApi.scores(patient.id, start, Math.ceil(end)),
        api.trend(patient.id, start, Math.ceil(end), POINTS),
      ]);
      return { start, end, ...found, trend };
    },
    placeholderData: keepPreviousData,
    refetchInterval: window.isLive ? REFRESH_MS : false,
  });
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Waiting what="Reading the scores" />;
  const { start, end, scores, charts, others, trend } = query.data;
  const sheet = sheetOf(scores, charts, patient.oxygen_scale);
  const groups = [...new Set(sheet.parameters.map(({ group }) => group))];
  const head = groups.some(Boolean) ? 4 : 3; // columns before the first time
  const label = scores.at(-1)?.label ?? "Score";
  const times = timesOf(start, end, COLUMNS);
  const shown = heldAt(scores, times).map((score, index) =>
    score ? observed(score, sheet, trend, times[index] ?? end) : undefined,
  );
  return (
    <div className={classes.paper}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must take the keyboard */}
      <section ref={atNewest} className={classes.scroll} tabIndex={0} aria-label={`${label} chart`}>
        <table className={classes.chart}>
          <caption>{sheet.title}. Each column is the score as it stood at that time.</caption>
          <Times
            sheet={sheet}
            head={head}
            times={times}
            shown={shown}
            isLong={spanMs > 20 * 3_600_000}
          />
          {groups.map((group) => (
            <Group
              key={group}
              group={group}
              sheet={sheet}
              scale={patient.oxygen_scale}
              shown={shown}
            />
          ))}
          <Totals head={head} label={sheet.name === "news2" ? "NEWS" : label} shown={shown} />
        </table>
      </section>
      {scores.at(-1)?.note && <p className={classes.note}>{scores.at(-1)?.note}</p>}
      {others.length > 0 && <Others scores={others} />}
      <p className={classes.acknowledgement}>{sheet.source}</p>
    </div>
  );
}

/** Scrolled to the newest column at first, where not all fit. */
function atNewest(region: HTMLElement | null): void {
  if (region) region.scrollLeft = region.scrollWidth;
}

/** The score with each value as it was at that time, where that is in the band it scored. */
function observed(score: Score, sheet: Sheet, trend: Trend, time: number): Score {
  if (!isOfSheet(score, sheet)) return score;
  const air = isOnAir(partOf(score, "on_oxygen")?.value ?? null);
  const parts = score.parts.map((part) => {
    const parameter = sheet.parameters.find(
      (one) => one.parameter === part.parameter && (one.scale ?? score.scale) === score.scale,
    );
    const series = trend.series.find(({ vital }) => vital === part.parameter);
    const isNumber = part.value !== null && !Number.isNaN(Number(part.value));
    if (!parameter || !series || part.is_missing || !isNumber) return part;
    const value = observedAt(part.parameter, bucketsOf(series), time);
    const band = (text: string | null) => bandOf(parameter, text, score.scale, air);
    // A finer value than a monitor's, such as a capillary refill, stays as it was scored.
    if (value === null || isFiner(part.value, value)) return part;
    return band(value) === band(part.value) ? { ...part, value } : part;
  });
  return { ...score, parts };
}

function isFiner(scored: string | null, seen: string): boolean {
  return (scored?.split(".")[1]?.length ?? 0) > (seen.split(".")[1]?.length ?? 0);
}

type ShownProps = { shown: (Score | undefined)[] };

type TimesProps = ShownProps & { sheet: Sheet; head: number; times: number[]; isLong: boolean };

function Times({ sheet, head, times, shown, isLong }: TimesProps) {
  const isShort = (times.at(-1) ?? 0) - (times[0] ?? 0) < 20 * 60_000;
  return (
    <thead>
      <tr>
        <th scope="col" colSpan={head} className={classes.corner}>
          {sheet.isColours ? "Trigger" : "Points"}
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
function Group(props: ShownProps & { group: string; sheet: Sheet; scale: 1 | 2 }) {
  const { group, sheet, scale, shown } = props;
  const parameters = sheet.parameters.filter((one) => one.group === group);
  const rows = parameters.reduce((count, { bands }) => count + bands.length, 0);
  return (
    <tbody>
      {parameters.map((parameter, index) => {
        const places = shown.map((score) => placeIn(parameter, score, sheet));
        return parameter.bands.map((band, row) => (
          <tr
            key={`${parameter.title} ${band.label}`}
            data-weight={band.points}
            data-first={row === 0 || undefined}
          >
            {group && index === 0 && row === 0 && (
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
            <td className={classes.points}>{band.said ?? (band.points || "")}</td>
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
function placeIn(parameter: Parameter, score: Score | undefined, sheet: Sheet): Place {
  const part = score && isOfSheet(score, sheet) && partOf(score, parameter.parameter);
  if (!score || !part || part.is_missing || part.value === null) return undefined;
  const air = isOnAir(partOf(score, "on_oxygen")?.value ?? null);
  const row = bandOf(parameter, part.value, score.scale, air, part.points);
  const text = Number.isNaN(Number(part.value)) ? "●" : part.value;
  return row < 0 ? undefined : { row, text };
}

function Totals({ head, label, shown }: ShownProps & { head: number; label: string }) {
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
        <Head span={head}>{`${label} total`}</Head>
        {cells(scoreInWords, true)}
      </tr>
      <tr>
        <Head span={head}>Clinical risk</Head>
        {cells(riskOnChart)}
      </tr>
      <tr>
        <Head span={head}>Missing</Head>
        {cells(missingIn)}
      </tr>
      <tr>
        <Head span={head}>Monitoring frequency</Head>
        {cells((score) => score.interval)}
      </tr>
    </tbody>
  );
}

/** Further scores that are switched on for this patient: each is what it says, and rings by itself. */
function Others({ scores }: { scores: Score[] }) {
  return (
    <ul className={classes.others} aria-label="Further scores">
      {scores.map((score) => (
        <li key={score.name} data-weight={weightOf(score)}>
          <b>
            {score.label} {scoreInWords(score)}
          </b>{" "}
          {riskInWords(score)}
          {score.parts.map((part) => (
            <span key={part.parameter} className={classes.other}>
              {part.label} {part.value ?? "missing"}
              {part.points ? ` (${part.points})` : ""}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Head({ span, children }: { span: number; children: string }) {
  return (
    <th scope="row" colSpan={span} className={classes.totalHead}>
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
