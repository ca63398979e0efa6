// Is Homeward itself well? Which processes are heard, whether counters agree, how fast alarms are.

import { useQuery } from "@tanstack/react-query";
import { inWords } from "../../freshness";
import { useNow } from "../../live";
import { CheckIcon, WarningIcon } from "../../parts/icons";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { staffApi } from "../../staff-api";
import type { LatencyStep, System as SystemWords } from "../../words";
import { faultsOf, seconds } from "./health";
import { Sentinel, useSentinel } from "./sentinel";
import { sentinelFaults } from "./sentinel-words";
import classes from "./system.module.css";

const AGAIN_MS = 2_000;
const LATENCY_MS = 30_000;

const WORDS = new Map(
  Object.entries({
    door: "hears the devices",
    watch: "judges every reading",
    work: "calls people",
    pack: "packs the record",
    web: "serves these pages",
    demo: "pretends to be devices",
  }),
);
const STEPS = new Map(
  Object.entries({
    judged: "Reading received, alarm raised",
    shown: "Reading received, on a visible screen",
    called: "Alarm raised, first person called",
    seen: "Person called, call on their screen",
    answered: "Alarm raised, somebody answered",
  }),
);

export default function System() {
  const system = useQuery({
    queryKey: ["system"],
    queryFn: staffApi.system,
    refetchInterval: AGAIN_MS,
    placeholderData: (before) => before,
  });
  if (!system.data) {
    if (system.error) return <Trouble error={system.error} again={() => void system.refetch()} />;
    return <Waiting what="Asking every process" />;
  }
  return (
    <div className={classes.page}>
      <PageHead title="System" />
      <Verdict system={system.data} />
      <div className={classes.columns}>
        <Processes system={system.data} />
        <Counters system={system.data} />
      </div>
      <Sentinel />
      <Latency />
    </div>
  );
}

function Verdict({ system }: { system: SystemWords }) {
  const sentinel = useSentinel();
  const now = useNow();
  const faults = [...faultsOf(system), ...sentinelFaults(sentinel.data, now)];
  if (faults.length === 0) {
    return (
      <p className={classes.verdict} data-well>
        <CheckIcon size={22} /> Every process is heard, and every message is accounted for.
      </p>
    );
  }
  return (
    <div className={classes.verdict} role="alert">
      <WarningIcon size={22} />
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </div>
  );
}

function Processes({ system }: { system: SystemWords }) {
  return (
    <section className={classes.card} aria-labelledby="processes">
      <h2 id="processes">Processes</h2>
      <dl>
        {system.processes.map(({ name, heard }) => (
          <div key={name}>
            <dt>
              <b>{name}</b> {WORDS.get(name)}
            </dt>
            <dd>{heard === null ? "never heard" : `heard ${ago(system.now - heard)}`}</dd>
          </div>
        ))}
        {system.shares.length > 1 &&
          system.shares.map(({ number, heard, by }) => (
            <div key={`share ${number}`}>
              <dt>
                <b>share {number}</b> of the patients{by && `, watched by ${by}`}
              </dt>
              <dd>{heard === null ? "nobody heard" : `heard ${ago(system.now - heard)}`}</dd>
            </div>
          ))}
        <div>
          <dt>
            <b>watching</b> what is heard is judged and written
          </dt>
          <dd>{system.is_watched ? "yes" : system.is_watched === null ? "not known yet" : "no"}</dd>
        </div>
      </dl>
    </section>
  );
}

const ago = (ms: number): string => (ms < 3_000 ? "now" : `${inWords(ms)} ago`);

function Counters({ system: { counters, now } }: { system: SystemWords }) {
  if (!counters) {
    return (
      <section className={classes.card} aria-labelledby="counters">
        <h2 id="counters">Messages of devices</h2>
        <p>The door has not said its counters yet.</p>
      </section>
    );
  }
  const lines = [
    ["received", counters.received],
    ["stored", counters.stored],
    ["put aside, with the reason", counters.quarantined],
    ["refused, and sent again", counters.refused],
    ["waiting for the disk", counters.waiting],
    ["unaccounted for", counters.lost],
  ] as const;
  return (
    <section className={classes.card} aria-labelledby="counters">
      <h2 id="counters">Messages of devices</h2>
      <dl>
        {lines.map(([what, count]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{count.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      <p>Since the door started; said {ago(now - counters.at)}.</p>
    </section>
  );
}

function Latency() {
  useNow();
  const latency = useQuery({
    queryKey: ["latency"],
    queryFn: staffApi.latency,
    refetchInterval: LATENCY_MS,
    placeholderData: (before) => before,
  });
  return (
    <section className={classes.card} aria-labelledby="latency">
      <h2 id="latency">How long alarms take</h2>
      {latency.error && <Trouble error={latency.error} again={() => void latency.refetch()} />}
      {latency.data && <LatencyTable steps={latency.data} />}
      <p>
        Median, and the 99th percentile: one alarm in a hundred takes longer. Later than the limit
        and an alarm says so by itself.
      </p>
    </section>
  );
}

const SPANS = ["hour", "day", "month"] as const;

function LatencyTable({ steps }: { steps: readonly LatencyStep[] }) {
  const names = [...new Set(steps.map(({ step }) => step))];
  const of = (span: string, name: string) =>
    steps.find((one) => one.span === span && one.step === name);
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Step</th>
            {SPANS.map((span) => (
              <th key={span}>Last {span}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{STEPS.get(name) ?? name}</th>
              {SPANS.map((span) => (
                <Cell key={span} step={of(span, name)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ step }: { step: LatencyStep | undefined }) {
  if (!step?.alarms || step.p50_seconds === null || step.p99_seconds === null) {
    return <td className={classes.none}>none yet</td>;
  }
  return (
    <td>
      <b>{seconds(step.p50_seconds)}</b> · {seconds(step.p99_seconds)}
      <span className={classes.of}>
        of {step.alarms.toLocaleString()} {step.alarms === 1 ? "alarm" : "alarms"}
      </span>
    </td>
  );
}
