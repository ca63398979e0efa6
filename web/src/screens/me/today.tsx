// The patient's own page: am I all right, what do I do, what comes next. One column, big words.

import { lazy, Suspense, useEffect, useRef } from "react";
import { Filled } from "../../languages/filled";
import { words } from "../../languages/speaking";
import { live, useAlarms, useLink, useLivePatient, useNow, useTimed } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import type { Today as TodayWords } from "../../words";
import { Ago } from "./ago";
import { Alerts } from "./alerts";
import { useGlucoseToday, useToday } from "./day";
import { isHeld, useHeld } from "./held";
import { Hero } from "./hero";
import { Leads, Often } from "./leads";
import classes from "./today.module.css";
import { toldNow } from "./told-now";
import { Values } from "./values";
import { toneNow, verdictOf } from "./verdict";

// Only whoever measures glucose needs its curve.
const GlucoseToday = lazy(() => import("./glucose-today"));

const SOON_MS = 400;
/** A new alert is asked about soon; a monitor's numbers, which never rest, now and then. */
const ALERT_MS = 2_000;
const VALUES_MS = 10_000;
// Used until the vital's own figure is known: better old too soon than fine too long.
const STALE_SECONDS = 900;

export default function Today() {
  useTitle(words("today").title);
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return <Day patientId={patient_id} />;
}

type RefreshProps = { patientId: number; today: TodayWords; refetch: () => unknown };

/** Ask again as soon as the live socket knows of a newer value or another alert. Draws nothing. */
function LiveRefresh({ patientId, today, refetch }: RefreshProps) {
  const { vitals } = useLivePatient(patientId);
  const now = useNow();
  const asked = useRef(0);
  const known = useRef("");
  const latest = today.vitals.some(({ vital, at }) => (vitals[vital]?.at ?? 0) > at);
  const alarms = live
    .getAlarms()
    .map(({ id, state }) => `${id} ${state}`)
    .sort()
    .join();
  const hasAlert = alarms !== known.current;
  const hasNews = latest || hasAlert;
  useEffect(() => {
    if (!hasNews || now - asked.current < (hasAlert ? ALERT_MS : VALUES_MS)) return;
    // The alert itself is drawn from what the socket told: the rest must not keep it waiting.
    const soon = setTimeout(() => {
      asked.current = now;
      known.current = alarms;
      refetch();
    }, SOON_MS);
    return () => clearTimeout(soon);
  }, [hasNews, hasAlert, now, alarms, refetch]);
  return null;
}

function Day({ patientId }: { patientId: number }) {
  const query = useToday();
  const glucose = useGlucoseToday(patientId);
  const link = useLink();
  const told = useAlarms().filter(({ patient_id }) => patient_id === patientId);
  const held = useHeld();
  const staleOf = (vital: string) =>
    glucose.data?.vitals.find((info) => info.vital === vital)?.stale_seconds ?? STALE_SECONDS;
  // Ages tell themselves; of all that is here only these are drawn anew as time goes by.
  const old = useTimed((now) =>
    (query.data?.vitals ?? [])
      .filter(({ vital, tone, at }) => toneNow(tone, at, now, staleOf(vital)) === "old")
      .map(({ vital }) => vital)
      .join(),
  ).split(",");
  if (query.error && !query.data) {
    return (
      <div className={classes.day}>
        <Trouble error={query.error} again={() => void query.refetch()} />
        <Often unread={0} again={query.refetch} />
        <Leads />
        <NoEmergencyService />
      </div>
    );
  }
  if (!query.data) return <Waiting what={words("today").reading} />;
  const today = query.data;
  const hasGlucose = glucose.data?.series.some(({ vital, at }) => vital === "glucose" && at.length);
  const vitals = today.vitals.map((vital) =>
    old.includes(vital.vital) ? { ...vital, tone: "old" as const } : vital,
  );
  const alarms = toldNow(today.alarms, told);
  const verdict = verdictOf(vitals, alarms, link.state !== "lost" && !query.error);
  return (
    <div className={classes.day}>
      <LiveRefresh patientId={patientId} today={today} refetch={query.refetch} />
      <Hero verdict={verdict} name={today.patient.name} />
      <Alerts alarms={alarms.filter((alarm) => !isHeld(alarm, held))} />
      <Often unread={today.unread_letters ?? 0} again={query.refetch} />
      <Values vitals={vitals} />
      {hasGlucose && (
        <Suspense>
          <GlucoseToday trend={glucose.data} />
        </Suspense>
      )}
      <Next next={afterAlerts(today)} isFine={verdict.tone === "fine"} />
      <Devices devices={today.devices} />
      <Leads />
      <NoEmergencyService />
    </div>
  );
}

function NoEmergencyService() {
  return (
    <p className={classes.emergency}>
      <b>{words("today").noEmergency}</b> {words("today").callNow}
    </p>
  );
}

/** What to do, without what the alerts above have said already. */
function afterAlerts({ next, alarms }: TodayWords): TodayWords["next"] {
  const told = new Set(alarms.map(({ text }) => text));
  return next.filter(({ detail }) => !told.has(detail));
}

function Next({ next, isFine }: Pick<TodayWords, "next"> & { isFine: boolean }) {
  const say = words("today");
  if (next.length === 0 && !isFine) return null;
  return (
    <section className={classes.card} aria-labelledby="next">
      <h2 id="next">{say.next}</h2>
      {next.length === 0 && <p>{say.nothing}</p>}
      <ol className={classes.next}>
        {next.map(({ title, detail }) => (
          <li key={title}>
            <b>{title}</b>
            <span>{detail}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Devices({ devices }: Pick<TodayWords, "devices">) {
  const say = words("today");
  if (devices.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="devices">
      <h2 id="devices">{say.devices}</h2>
      <ul className={classes.devices}>
        {devices.map(({ name, connected, last_seen }) => (
          <li key={name} data-connected={connected}>
            <b>
              <bdi>{name}</bdi>
            </b>
            <span>
              {connected ? (
                say.connected
              ) : last_seen === null ? (
                say.notYet
              ) : (
                <Filled text={say.notConnected} values={{ ago: <Ago at={last_seen} /> }} />
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
