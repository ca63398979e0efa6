// The patient's own page: am I all right, what do I do, what comes next. One column, big words.

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { later } from "../../home/later";
import {
  live,
  useAlarms,
  useConnections,
  useLink,
  useLivePatient,
  useNow,
  useTimed,
  useWatch,
} from "../../live";
import { BellIcon, EyeIcon, KeyIcon, PersonIcon } from "../../parts/icons";
import { useTitle } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import type { Today as TodayWords } from "../../words";
import { Ago } from "./ago";
import { Alerts } from "./alerts";
import { GlucoseToday, useGlucoseToday } from "./glucose-today";
import { Hero } from "./hero";
import classes from "./today.module.css";
import { toldNow } from "./told-now";
import { Values } from "./values";
import { toneNow, verdictOf } from "./verdict";

const Waits = lazy(() => later(() => import("../../home/waits")));
const LettersLink = lazy(() => later(() => import("../letters/link")));

const REFRESH_MS = 20_000;
const SOON_MS = 400;
/** A new alert is asked about soon; a monitor's numbers, which never rest, now and then. */
const ALERT_MS = 2_000;
const VALUES_MS = 10_000;
// Used until the vital's own figure is known: better old too soon than fine too long.
const STALE_SECONDS = 900;

export default function Today() {
  useTitle("Today");
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return <Day patientId={patient_id} />;
}

function useToday() {
  const connections = useConnections();
  return useQuery({
    queryKey: ["today", connections],
    queryFn: api.today,
    refetchInterval: REFRESH_MS,
    refetchIntervalInBackground: true,
    placeholderData: (before) => before,
  });
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
  useWatch("patient", patientId);
  const query = useToday();
  const glucose = useGlucoseToday(patientId);
  const link = useLink();
  const told = useAlarms().filter(({ patient_id }) => patient_id === patientId);
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
    return <Trouble error={query.error} again={() => void query.refetch()} />;
  }
  if (!query.data) return <Waiting what="Reading your day" />;
  const today = query.data;
  const vitals = today.vitals.map((vital) =>
    old.includes(vital.vital) ? { ...vital, tone: "old" as const } : vital,
  );
  const alarms = toldNow(today.alarms, told);
  const verdict = verdictOf(vitals, alarms, link.state !== "lost" && !query.error);
  return (
    <div className={classes.day}>
      <LiveRefresh patientId={patientId} today={today} refetch={query.refetch} />
      <Hero verdict={verdict} name={today.patient.name} />
      <Alerts alarms={alarms} />
      <Values vitals={vitals} />
      <GlucoseToday trend={glucose.data} />
      <Next next={afterAlerts(today)} isFine={verdict.tone === "fine"} />
      <Devices devices={today.devices} />
      <Suspense>
        <LettersLink unread={today.unread_letters ?? 0} again={query.refetch} />
      </Suspense>
      <Link href="/measure" className={classes.reached}>
        <BellIcon size={22} /> Measure and send
        <Suspense>
          <Waits />
        </Suspense>
      </Link>
      <Link href="/reached" className={classes.reached}>
        <BellIcon size={22} /> How I am reached
      </Link>
      <Link href="/told" className={classes.reached}>
        <PersonIcon size={22} /> Who is told, and quiet hours
      </Link>
      <Link href="/consent" className={classes.reached}>
        <KeyIcon size={22} /> Who may see my data
      </Link>
      <Link href="/plan" className={classes.reached}>
        <BellIcon size={22} /> My plan
      </Link>
      <Link href="/reports" className={classes.reached}>
        <PersonIcon size={22} /> My reports
      </Link>
      <Link href="/data" className={classes.reached}>
        <PersonIcon size={22} /> My data
      </Link>
      <Link href="/looked" className={classes.reached}>
        <EyeIcon size={22} /> Who looked at my data
      </Link>
      <Link href="/account" className={classes.reached}>
        <KeyIcon size={22} /> My account
      </Link>
      <p className={classes.emergency}>
        <b>Homeward is not an emergency service.</b> If you feel very ill, call your emergency
        number now.
      </p>
    </div>
  );
}

/** What to do, without what the alerts above have said already. */
function afterAlerts({ next, alarms }: TodayWords): TodayWords["next"] {
  const told = new Set(alarms.map(({ text }) => text));
  return next.filter(({ detail }) => !told.has(detail));
}

function Next({ next, isFine }: Pick<TodayWords, "next"> & { isFine: boolean }) {
  if (next.length === 0 && !isFine) return null;
  return (
    <section className={classes.card} aria-labelledby="next">
      <h2 id="next">What to do next</h2>
      {next.length === 0 && <p>Nothing special. Carry on as usual.</p>}
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
  if (devices.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="devices">
      <h2 id="devices">Your devices</h2>
      <ul className={classes.devices}>
        {devices.map(({ name, connected, last_seen }) => (
          <li key={name} data-connected={connected}>
            <b>{name}</b>
            <span>
              {connected ? (
                "Connected"
              ) : last_seen === null ? (
                "Not connected yet"
              ) : (
                <>
                  Not connected. We last heard it <Ago at={last_seen} />.
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
