// The page of a relative: what the patient who chose them is told, in the same words.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api } from "./api";
import { clockTime, inWords } from "./freshness";
import { useCalls, useConnections, useNow } from "./live";
import { Brand } from "./parts/brand";
import { CrashNet } from "./parts/crash";
import { BellIcon, CheckIcon, SignOutIcon } from "./parts/icons";
import { LostBanner } from "./parts/lost-banner";
import { useTitle } from "./parts/page-head";
import { SchemeButton } from "./parts/scheme-button";
import classes from "./parts/shell.module.css";
import { Empty, Trouble, Waiting } from "./parts/states";
import own from "./relative.module.css";
import { useLive, useMe, useSignOut } from "./session";
import { useShown } from "./shown";
import type { ToldRelative } from "./words";

const REFRESH_MS = 10_000;

export default function RelativePage() {
  const { person } = useMe();
  const signOut = useSignOut();
  useLive();
  useTitle("What you are told");
  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Brand />
        <span className={classes.spring} />
        <div className={classes.tools}>
          <b className={classes.patient}>{person.name}</b>
          <SchemeButton />
          <Button
            variant="default"
            h={44}
            leftSection={<SignOutIcon />}
            onClick={() => void signOut()}
          >
            Sign out
          </Button>
        </div>
      </header>
      <LostBanner reader="patient" />
      <main id="main" className={classes.main} tabIndex={-1}>
        <CrashNet>
          <Told />
        </CrashNet>
      </main>
    </div>
  );
}

function Told() {
  const connections = useConnections();
  const calls = useCalls()
    .map(({ id }) => id)
    .join();
  const told = useQuery({
    queryKey: ["told", connections, calls],
    queryFn: api.told,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  if (told.error && !told.data)
    return <Trouble error={told.error} again={() => void told.refetch()} />;
  if (!told.data) return <Waiting />;
  if (told.data.length === 0)
    return (
      <Empty title="Nothing to tell" icon={<BellIcon size={34} />}>
        When somebody who chose you is told of an alarm, you are told here as well.
      </Empty>
    );
  return (
    <div className={own.list}>
      <h1 className={own.title}>What you are told</h1>
      {told.data.map((one) => (
        <Line key={one.call_id} told={one} />
      ))}
    </div>
  );
}

function Line({ told }: { told: ToldRelative }) {
  const now = useNow();
  const box = useRef<HTMLElement>(null);
  useShown(box, told.seen === null && !told.is_over ? told.call_id : null);
  return (
    <article ref={box} className={own.told} data-over={told.is_over || undefined}>
      <header>
        <b>{told.patient}</b>
        <time>{clockTime(told.since, now)}</time>
      </header>
      <p>{told.is_over ? told.text : `${told.patient} was told: ${told.text}`}</p>
      <small>
        {told.is_over ? (
          <>
            <CheckIcon size={15} /> It is over.
          </>
        ) : (
          `For ${inWords(now - told.since)}. Their carers are called as well.`
        )}
      </small>
    </article>
  );
}
