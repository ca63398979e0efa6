// What a patient's apps and implants told beside readings: insulin and carbohydrates of this span,
// and the reports of implanted devices with what somebody should look at first.

import { Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { chartApi } from "../../chart-api";
import { clockTime } from "../../freshness";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { ImplantItem, ImplantReport, Treatment } from "../../words";
import classes from "./told-by-apps.module.css";
import type { ChartAxis } from "./use-chart";

const MINUTE = 60_000;
const SECTIONS = ["alerts", "battery", "leads", "therapies", "settings", "device", "other"];

export default function ToldByApps({ patient, axis, now }: Props) {
  const start = Math.max(0, Math.floor(axis.window.start / MINUTE) * MINUTE);
  const end = Math.ceil(axis.window.end / MINUTE) * MINUTE;
  const treatments = useQuery({
    queryKey: ["treatments", patient, start, end],
    queryFn: () => chartApi.treatments(patient, start, end),
    placeholderData: keepPreviousData,
  });
  const implants = useQuery({
    queryKey: ["implants", patient],
    queryFn: () => chartApi.implantReports(patient),
  });
  const error = treatments.error ?? implants.error;
  if (error) return <Trouble error={error} again={() => void treatments.refetch()} />;
  if (!treatments.data || !implants.data) return <Waiting what="Reading what apps told" />;
  return (
    <div className={classes.page}>
      <section aria-label="Treatments">
        <h2>Treatments</h2>
        {treatments.data.length === 0 ? (
          <Empty title="No app told of a treatment in this span" />
        ) : (
          <Treatments treatments={treatments.data} now={now} />
        )}
      </section>
      {implants.data.length > 0 && (
        <section aria-label="Implants">
          <h2>Implants</h2>
          {implants.data.map((report) => (
            <Report key={report.id} report={report} now={now} />
          ))}
        </section>
      )}
    </div>
  );
}

type Props = { patient: number; axis: ChartAxis; now: number };

function Treatments({ treatments, now }: { treatments: readonly Treatment[]; now: number }) {
  return (
    <div className={classes.wide}>
      <Table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col" className={classes.number}>
              Insulin
            </th>
            <th scope="col" className={classes.number}>
              Carbohydrates
            </th>
            <th scope="col" className={classes.spacious}>
              Told by
            </th>
          </tr>
        </thead>
        <tbody>
          {treatments.map(({ id, at, kind, insulin, carbs, notes, device }) => (
            <tr key={id}>
              <td>{clockTime(at, now)}</td>
              <td>
                {kind || "Treatment"}
                {notes && <small>{notes}</small>}
                <small className={classes.narrow}>{device}</small>
              </td>
              <td className={classes.number}>{insulin === null ? "" : `${insulin} U`}</td>
              <td className={classes.number}>{carbs === null ? "" : `${carbs} g`}</td>
              <td className={classes.spacious}>{device}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Report({ report, now }: { report: ImplantReport; now: number }) {
  const { model, serial, sender, received, alerts, items } = report;
  return (
    <article className={classes.report}>
      <h3>{[model, serial].filter(Boolean).join(" · ") || "Implanted device"}</h3>
      <Text c="dimmed">
        From {sender || "its maker"}, received {clockTime(received, now)}
      </Text>
      {alerts.length > 0 && (
        <ul className={classes.alerts} aria-label="To be looked at">
          {alerts.map((each) => (
            <li key={`${each.group} ${each.code}`}>
              <span aria-hidden="true">▲ </span>
              {named(each)}: <b>{valued(each)}</b>
              {each.range && <small>usual: {each.range}</small>}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>All {items.length} observations</summary>
        <dl className={classes.items}>
          {SECTIONS.flatMap((section) =>
            items
              .filter((each) => each.section === section)
              .map((each, place) => (
                <div key={`${section} ${each.code} ${place}`} data-void={!each.counts || undefined}>
                  <dt>{named(each)}</dt>
                  <dd>{each.counts ? valued(each) : <s>{valued(each)}</s>}</dd>
                </div>
              )),
          )}
        </dl>
      </details>
    </article>
  );
}

/** What its code means in words: terms of 11073-10103 are their own name. */
function named({ code, text }: ImplantItem): string {
  const term = text && text !== code ? text : code;
  const short = term.replace(/^MDC_IDC_(MSMT_|STAT_|SET_|DEV_)?/, "");
  return short.replaceAll("_", " ").toLowerCase();
}

function valued({ said, unit }: ImplantItem): string {
  return unit ? `${said} ${unit}` : said;
}
