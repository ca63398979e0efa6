// A locked board: nobody is signed in, and a ward still depends on it. Which bed, how urgent and
// what for is seen and heard as before; the server tells this page nothing of whose it is.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { byUrgency, MARKS, needsAnswer, withoutParts } from "../../alarms";
import { api } from "../../api";
import { useFlash } from "../../flash";
import { inWords } from "../../freshness";
import { live, useAlarms, useConnections, useNow, useTimed } from "../../live";
import { Brand } from "../../parts/brand";
import { Enter, useEntering } from "../../parts/enter";
import { CheckIcon } from "../../parts/icons";
import { LostBanner } from "../../parts/lost-banner";
import { LockIcon } from "../../parts/more-icons";
import { SchemeButton } from "../../parts/scheme-button";
import { SoundButton } from "../../parts/sound-button";
import { useTitle } from "../../parts/title";
import { LOCKED_KEY, useLocked } from "../../session";
import type { Alarm, Locked } from "../../words";
import classes from "./locked.module.css";

const SYNC_MS = 15_000;

export default function LockedPage() {
  const locked = useLocked(true).data;
  useFlash();
  useLockedLive();
  return locked ? <LockedBoard locked={locked} /> : null;
}

function useLockedLive(): void {
  const client = useQueryClient();
  const connections = useConnections();
  useEffect(() => {
    live.onSignedOut = () => void client.invalidateQueries({ queryKey: LOCKED_KEY });
    live.start("/api/live/locked");
    return () => live.stop();
  }, [client]);
  useQuery({
    queryKey: [...LOCKED_KEY, "alarms", connections],
    queryFn: async () => {
      const asked = performance.now();
      const now = await api.locked();
      if (now) live.seedAlarms(now.alarms, asked, () => true);
      client.setQueryData(LOCKED_KEY, now);
      return now;
    },
    refetchInterval: SYNC_MS,
    refetchIntervalInBackground: true,
  });
}

function LockedBoard({ locked }: { locked: Locked }) {
  const [isUnlocking, setUnlocking] = useState(false);
  const alarms = withoutParts([...useAlarms()].sort(byUrgency)).filter(needsAnswer);
  const loose = alarms.filter(({ bed }) => bed === null || !locked.beds.includes(bed));
  useTitle(`${locked.ward}, locked`);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <span className={classes.brand}>
          <Brand />
        </span>
        <h1>
          {locked.ward}
          <span>
            <LockIcon size={17} /> locked
          </span>
        </h1>
        <Clock />
        <SoundButton />
        <SchemeButton />
        <Button
          h={44}
          variant={isUnlocking ? "default" : "filled"}
          leftSection={<LockIcon />}
          onClick={() => setUnlocking(!isUnlocking)}
        >
          {isUnlocking ? "Stay locked" : "Unlock"}
        </Button>
      </header>
      <LostBanner />
      <main className={classes.main}>
        {isUnlocking && <Unlock ward={locked.ward} />}
        {loose.length > 0 && (
          <section className={classes.loose} aria-label="Alarms of no bed">
            {loose.map((alarm) => (
              <Line key={`${alarm.id} ${alarm.condition}`} alarm={alarm} />
            ))}
          </section>
        )}
        <ul className={classes.beds} aria-label="Beds">
          {locked.beds.map((bed) => (
            <Bed key={bed} bed={bed} alarms={alarms.filter((alarm) => alarm.bed === bed)} />
          ))}
        </ul>
        <p className={classes.why}>
          Nobody is signed in here. Alarms go on; names and values are shown once somebody who works
          here unlocks this board.
        </p>
      </main>
    </div>
  );
}

/** Beside the beds and not over them: alarms are seen while somebody types. */
function Unlock({ ward }: { ward: string }) {
  return (
    <section className={classes.unlock} aria-label={`Unlock ${ward}`}>
      <Enter {...useEntering()} />
    </section>
  );
}

function Clock() {
  const time = new Date(useNow()).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return <time className={classes.clock}>{time}</time>;
}

function Bed({ bed, alarms }: { bed: string; alarms: readonly Alarm[] }) {
  const worst = alarms[0];
  return (
    <li className={classes.bed} data-priority={worst?.priority}>
      <h2>{bed}</h2>
      {alarms.map((alarm) => (
        <Line key={`${alarm.id} ${alarm.condition}`} alarm={alarm} />
      ))}
      {!worst && (
        <p className={classes.calm}>
          <CheckIcon size={16} /> no alarm
        </p>
      )}
    </li>
  );
}

function Line({ alarm }: { alarm: Alarm }) {
  const ago = useTimed((now) => inWords(now - alarm.raised));
  return (
    <p
      className={classes.alarm}
      data-priority={alarm.priority}
      data-state={alarm.state}
      role={alarm.priority === "high" ? "alert" : undefined}
    >
      <span aria-hidden="true">{MARKS[alarm.priority]}</span>
      <span className={classes.hidden}>{alarm.priority} priority</span>
      <b>{alarm.text}</b>
      <time>{ago}</time>
    </p>
  );
}
