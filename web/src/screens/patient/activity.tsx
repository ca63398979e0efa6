// What was counted by day (steps, walked distance, active energy, flights), and who gave which part:
// of each moment one source counts, so that nothing is there twice and nothing is lost.

import { Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { chartApi } from "../../chart-api";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { TotalDay, TotalMetric, TotalPart } from "../../words";
import classes from "./activity.module.css";
import type { ChartAxis } from "./use-chart";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const [DAYS_MIN, DAYS_MAX] = [7, 31];

export default function Activity({ patient, axis }: { patient: number; axis: ChartAxis }) {
  const end = Math.floor(axis.window.end / MINUTE) * MINUTE;
  const wanted = Math.ceil((axis.window.end - axis.window.start) / DAY);
  const days = Math.min(DAYS_MAX, Math.max(DAYS_MIN, wanted));
  const totals = useQuery({
    queryKey: ["totals", patient, end, days],
    queryFn: () => chartApi.totals(patient, end, days),
    placeholderData: keepPreviousData,
  });
  if (totals.error) {
    return <Trouble error={totals.error} again={() => void totals.refetch()} />;
  }
  if (!totals.data) return <Waiting what="Reading what was counted" />;
  const { metrics, places, zone } = totals.data;
  if (metrics.length === 0) return <Empty title={`No steps were counted in these ${days} days`} />;
  return (
    <div className={classes.page}>
      <Text c="dimmed" className={classes.policy}>
        Of each moment one source counts: {places.map(placed).join(", then ")}. What only one of
        them saw counts, too. Days are those of {zone}.
      </Text>
      {metrics.map((each) => (
        <Metric key={each.metric} metric={each} places={places} />
      ))}
    </div>
  );
}

function Metric({ metric, places }: { metric: TotalMetric; places: readonly string[] }) {
  const most = Math.max(1, ...metric.days.map((day) => day.counted));
  return (
    <section aria-label={metric.label}>
      <h2>{metric.label}</h2>
      <div className={classes.wide}>
        <Table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className={classes.number}>
                Counted
              </th>
              <th scope="col">Of which by whom</th>
            </tr>
          </thead>
          <tbody>
            {metric.days.toReversed().map((day) => (
              <Day key={day.day} day={day} most={most} unit={metric.unit} places={places} />
            ))}
          </tbody>
        </Table>
      </div>
    </section>
  );
}

type DayProps = { day: TotalDay; most: number; unit: string; places: readonly string[] };

function Day({ day, most, unit, places }: DayProps) {
  return (
    <tr>
      <th scope="row">{dated(day.day)}</th>
      <td className={classes.number}>{amount(day.counted, unit)}</td>
      <td>
        <div className={classes.bar} aria-hidden="true">
          {day.parts.map((part) => (
            <span
              key={part.source}
              data-place={part.place}
              style={{ width: `${(100 * part.counted) / most}%` }}
            />
          ))}
        </div>
        <ul className={classes.parts}>
          {day.parts.map((part) => (
            <li key={part.source}>
              {part.source} <small>({placed(places[part.place] ?? "other")})</small>{" "}
              {given(part, unit)}
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}

function given({ told, counted }: TotalPart, unit: string) {
  const [whole, counts] = [amount(told, unit), amount(counted, unit)];
  if (whole === counts) return <b>{counts}</b>;
  return (
    <>
      <b>{counts}</b> of {whole}, the rest was counted by another
    </>
  );
}

const placed = (place: string) => (place === "other" ? "any other" : place);

/** In the unit people use: metres of a walk as kilometres. */
function amount(value: number, unit: string): string {
  if (unit === "m") return `${(value / 1000).toFixed(2)} km`;
  return `${Math.round(value).toLocaleString("en")}${unit === "1" ? "" : ` ${unit}`}`;
}

function dated(day: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", options);
}
