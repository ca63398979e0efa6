// The alarm load of a ward: what rings, who acts on it, and what would spare most.

import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { inWords } from "../../freshness";
import { BellIcon } from "../../parts/icons";
import { useWards } from "../../parts/nav";
import { PageHead } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { staffApi } from "../../staff-api";
import type { AlarmLoad, RuleLoad } from "../../words";
import classes from "./load.module.css";

const DAYS = ["1", "7", "30"];

export default function Load() {
  const ward = Number(useParams<{ ward: string }>().ward);
  const [days, choose] = useState("30");
  const load = useQuery({
    queryKey: ["alarm-load", ward, days],
    queryFn: () => staffApi.alarmLoad(ward, Number(days)),
    placeholderData: (before) => before,
  });
  const name = useWards().data?.find(({ id }) => id === ward)?.name ?? "Ward";
  return (
    <div className={classes.page}>
      <PageHead title={`Alarm load, ${name}`}>
        <SegmentedControl
          aria-label="Over how many days"
          value={days}
          onChange={choose}
          data={DAYS.map((value) => ({
            value,
            label: value === "1" ? "Last day" : `${value} days`,
          }))}
        />
      </PageHead>
      {load.error && <Trouble error={load.error} again={() => void load.refetch()} />}
      {!load.data && !load.error && <Waiting what="Counting alarms" />}
      {load.data && <Shown load={load.data} />}
    </div>
  );
}

const share = (part: number, whole: number): string =>
  whole ? `${Math.round((100 * part) / whole)} %` : "–";

function Shown({ load }: { load: AlarmLoad }) {
  if (load.alarms === 0) {
    return (
      <Empty title="No alarm in these days" icon={<BellIcon size={32} />}>
        A quiet ward, or nobody was measured: {load.bed_days} bed-days.
      </Empty>
    );
  }
  return (
    <>
      <ul className={classes.figures}>
        <Figure what="alarms a bed and day" value={load.per_bed_day?.toFixed(1) ?? "–"}>
          {load.alarms} alarms in {load.bed_days.toFixed(1)} bed-days
        </Figure>
        <Figure what="were acted on" value={share(load.acted, load.alarms)}>
          acknowledged, or something was done
        </Figure>
        <Figure
          what="came from a tenth of the patients"
          value={load.top_tenth === null ? "–" : `${Math.round(100 * load.top_tenth)} %`}
        >
          {load.top_tenth === null
            ? "fewer than ten patients had alarms"
            : `of ${load.patients} patients with alarms`}
        </Figure>
        <Figure what="were technical" value={share(load.technical, load.alarms)}>
          about the monitoring, not the patient
        </Figure>
      </ul>
      <Rules rules={load.rules} ward={load.ward_id} />
      <Busiest load={load} />
    </>
  );
}

type FigureProps = { what: string; value: string; children: React.ReactNode };

function Figure({ what, value, children }: FigureProps) {
  return (
    <li>
      <b>{value}</b>
      <span>{what}</span>
      <p>{children}</p>
    </li>
  );
}

function Rules({ rules, ward }: { rules: readonly RuleLoad[]; ward: number }) {
  const most = Math.max(...rules.map(({ alarms }) => alarms));
  return (
    <section className={classes.card} aria-labelledby="rules">
      <h2 id="rules">What rings most</h2>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Condition</th>
              <th>Alarms</th>
              <th>Acted on</th>
              <th>Lasted</th>
              <th>What a longer delay would have spared</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.condition}>
                <th scope="row">{rule.condition.replaceAll("_", " ")}</th>
                <td>
                  <span
                    className={classes.bar}
                    style={{ width: `${(80 * rule.alarms) / most}px` }}
                  />
                  {rule.alarms}
                </td>
                <td>{share(rule.acted, rule.alarms)}</td>
                <td>{rule.median_seconds === null ? "–" : inWords(rule.median_seconds * 1000)}</td>
                <td>
                  <Spared rule={rule} ward={ward} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        A delay is only suggested for what waited and was over before anybody acted. Values beyond
        the extreme limit ring at once, whatever the delay.
      </p>
    </section>
  );
}

function Spared({ rule, ward }: { rule: RuleLoad; ward: number }) {
  if (rule.more_seconds === null) return <span className={classes.none}>nothing to suggest</span>;
  return (
    <>
      {rule.more_seconds} s more: {rule.spared} of {rule.alarms} fewer.{" "}
      <Link href={`/wards/${ward}/limits`}>Try it on the record</Link>
    </>
  );
}

function Busiest({ load }: { load: AlarmLoad }) {
  return (
    <section className={classes.card} aria-labelledby="busiest">
      <h2 id="busiest">Whose alarms they are</h2>
      <ol className={classes.busiest}>
        {load.busiest.map(({ patient_id, patient, bed, alarms }) => (
          <li key={patient_id}>
            <Link href={`/patients/${patient_id}`}>
              {bed ? `${bed} · ` : ""}
              {patient}
            </Link>
            <span>
              {alarms} {alarms === 1 ? "alarm" : "alarms"},{" "}
              <span className={classes.none}>{share(alarms, load.alarms)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
