// An alert that comes while the pages stand open is laid over whichever of them is open: it is in
// sight wherever one has scrolled to, and pushes nothing away from under a finger. Once it is read
// it stands on the day's page, as those that were there before.

import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef } from "react";
import { words } from "../../languages/speaking";
import { live, useAlarms } from "../../live";
import type { TodayAlarm } from "../../words";
import { Alerts } from "./alerts";
import own from "./arrived.module.css";
import { useToday } from "./day";
import { isHeld, readUntil, useHeld } from "./held";
import classes from "./today.module.css";
import { toldNow } from "./told-now";

/** A press that was on its way to something else is no word that this was read. */
const UNREAD_MS = 800;

// What came before this is loaded stands on the day's page, and stays there.
readUntil(location.pathname === "/" ? live.now() : 0);

export default function Arrived({ patientId }: { patientId: number }) {
  const after = useHeld();
  const { data, refetch } = useToday();
  const told = useAlarms().filter((one) => one.patient_id === patientId);
  const news = told.map(({ id, rung, state }) => `${id} ${rung} ${state}`).join();
  // Another alert brings its own steps; one that is over is told no more.
  const known = useRef(news);
  useEffect(() => {
    if (known.current === news) return;
    known.current = news;
    void refetch();
  }, [news, refetch]);
  // Also what the socket was too late to tell: the day's page leaves all that is held to this one.
  const alarms = toldNow(data?.alarms ?? [], told).filter((one) => isHeld(one, after));
  if (alarms.length === 0) return null;
  return <Sheet alarms={alarms} />;
}

function Sheet({ alarms }: { alarms: TodayAlarm[] }) {
  const which = alarms.map(({ id, rung }) => `${id} ${rung}`).join();
  const came = useRef(0);
  // Before it can be pressed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each that comes
  useLayoutEffect(() => {
    came.current = performance.now();
  }, [which]);
  const put = () => {
    if (performance.now() - came.current < UNREAD_MS) return;
    readUntil(Math.max(...alarms.map(({ rung }) => rung)));
    window.scrollTo({ top: 0 });
  };
  // Whoever goes by keyboard must not be led to what lies under it.
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => key === "Escape" && put();
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  });
  return (
    <aside className={own.sheet} data-at-home data-arrived>
      <div className={own.head}>
        <Button size="md" mih={48} variant="default" onClick={put}>
          {words("today").haveRead}
        </Button>
      </div>
      <div className={classes.day}>
        <Alerts alarms={alarms} />
      </div>
    </aside>
  );
}
