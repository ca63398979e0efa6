// The alarm centre: every open alarm of the wards I follow, the one to answer first, first.

import { Button, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { keyOf } from "../../ahead";
import {
  byUrgency,
  countByPriority,
  type Group,
  grouped,
  MARKS,
  needsAnswer,
  notTaken,
  PRIORITIES,
  REASONS,
} from "../../alarms";
import { clockTime, inWords } from "../../freshness";
import { useAllInSight } from "../../in-sight";
import { type Known, useKnown } from "../../in-sync";
import { live, useAlarms, useNow } from "../../live";
import { useFollowed } from "../../my-wards";
import { Acknowledge } from "../../parts/acknowledge";
import { AlarmBar } from "../../parts/alarm-bar";
import bar from "../../parts/alarm-bar.module.css";
import { whereOf } from "../../parts/alarm-list";
import { BellIcon, CheckIcon, WarningIcon } from "../../parts/icons";
import { useWards } from "../../parts/nav";
import { Empty, Trouble } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import { staffApi } from "../../staff-api";
import { isUnanswered } from "../../standing";
import { taken } from "../../taken";
import type { Alarm } from "../../words";
import classes from "./alarms.module.css";

/** So many are drawn at once; however many there are, all are counted and can be shown. */
const DRAWN = 100;
const PAST_HOURS = 12;
const PAST_MS = PAST_HOURS * 3_600_000;

export default function Centre() {
  useTitle("Alarms");
  useAllInSight();
  useNow();
  const known = useKnown();
  const [answering, answer] = useState<Alarm | null>(null);
  const groups = grouped([...useAlarms()].sort(byUrgency));
  const open = groups.filter(({ alarm }) => needsAnswer(alarm));
  const taken = groups.filter(({ alarm }) => !needsAnswer(alarm));
  return (
    <div className={classes.page}>
      <Head open={open} />
      <section aria-labelledby="open">
        <h2 id="open" className={classes.sub}>
          Nobody has answered {(open.length > 0 || known === "all") && <b>{open.length}</b>}
        </h2>
        {open.length === 0 && <Calm known={known} />}
        <Bars groups={open} acknowledge={answer} />
      </section>
      {taken.length > 0 && (
        <section aria-labelledby="taken">
          <h2 id="taken" className={classes.sub}>
            Answered, and not over <b>{taken.length}</b>
          </h2>
          <Bars groups={taken} acknowledge={answer} />
        </section>
      )}
      <Past />
      <Acknowledge alarm={answering} close={() => answer(null)} />
    </div>
  );
}

function Head({ open }: { open: readonly Group[] }) {
  const followed = useFollowed(useMe().person.id);
  const wards = useWards().data ?? [];
  const mine = wards.filter(({ id }) => followed.includes(id));
  const counts = countByPriority(open.map(({ alarm }) => alarm));
  return (
    <div className={classes.head}>
      <h1 className={classes.title}>
        Alarms
        <span>{mine.length ? namesOf(mine) : "of no ward yet: open a ward to follow it"}</span>
      </h1>
      <ul className={classes.counts} aria-label="Not answered">
        {PRIORITIES.map((priority) => (
          <li key={priority} data-priority={priority} data-some={counts[priority] > 0}>
            <span aria-hidden="true">{MARKS[priority]}</span> {counts[priority]} {priority}
          </li>
        ))}
      </ul>
      <nav className={classes.loads} aria-label="Alarm load">
        {mine.map(({ id, name }) => (
          <Link key={id} href={`/wards/${id}/alarm-load`}>
            Alarm load{mine.length > 1 && ` of ${name}`}
          </Link>
        ))}
      </nav>
    </div>
  );
}

const namesOf = (wards: readonly { name: string }[]): string =>
  wards.map(({ name }) => name).join(", ");

/** An empty list is calm only where it is of somebody, and was answered. */
const NOT_CALM = {
  "no ward": "You follow no ward. Open one, and its alarms stand here.",
  asked: "Asking for the open alarms",
  away: "Whether an alarm waits is not known: the server did not answer. It is asked again.",
};

function Calm({ known }: { known: Known }) {
  if (known !== "all")
    return (
      <p className={classes.calm} data-known={known} role="status">
        <WarningIcon size={20} /> {NOT_CALM[known]}
      </p>
    );
  return (
    <p className={classes.calm}>
      <CheckIcon size={20} /> No alarm waits for an answer.
    </p>
  );
}

type BarsProps = { groups: readonly Group[]; acknowledge: (alarm: Alarm) => void };

function Bars({ groups, acknowledge }: BarsProps) {
  const [drawn, draw] = useState(DRAWN);
  const hidden = groups.length - drawn;
  const before = useRef(0);
  const isAmong = before.current > 0;
  useEffect(() => {
    before.current = groups.length;
  }, [groups.length]);
  return (
    <div className={classes.bars}>
      {groups.slice(0, drawn).map((group, place) => (
        <Line
          key={keyOf(group.alarm)}
          {...group}
          place={place}
          isAmong={isAmong}
          acknowledge={acknowledge}
        />
      ))}
      {hidden > 0 && (
        <UnstyledButton className={classes.more} onClick={() => draw(drawn + DRAWN)}>
          {hidden} more below. Show the next {Math.min(DRAWN, hidden)}
        </UnstyledButton>
      )}
    </div>
  );
}

/** `place` in the list; `isAmong`: there were others already when this one came. */
type Placed = { place: number; isAmong: boolean };
type LineProps = Group & Placed & { acknowledge: (alarm: Alarm) => void };

function Line({ alarm, parts, place, isAmong, acknowledge }: LineProps) {
  const isSettled = useIsSettled({ place, isAmong });
  const go = useMutation({
    mutationFn: () => taken(staffApi.acknowledge(alarm, REASONS[0])),
  });
  return (
    <div>
      <AlarmBar alarm={alarm} acknowledge={acknowledge} where={whereOf(alarm)}>
        {needsAnswer(alarm) && !alarm.is_ahead && (
          <IGo
            alarm={alarm}
            isGoing={go.isPending}
            go={() => (isSettled() ? go.mutate() : acknowledge(alarm))}
          />
        )}
        {alarm.id > 0 && (
          <Button
            component={Link}
            href={`/alarms/${alarm.id}`}
            size="compact-sm"
            className={bar.button}
            aria-label={`Review: ${alarm.text}`}
          >
            Review
          </Button>
        )}
      </AlarmBar>
      {go.error && (
        <p role="alert" className={classes.notTaken}>
          {notTaken(go.error.message, isUnanswered(go.error), alarm)}
        </p>
      )}
      {parts.length > 0 && (
        <details className={classes.parts}>
          <summary>{parts.length} alarms with this cause</summary>
          {parts.map((part) => (
            <AlarmBar
              key={keyOf(part)}
              alarm={part}
              acknowledge={acknowledge}
              where={whereOf(part)}
              shape="head"
            />
          ))}
        </details>
      )}
    </div>
  );
}

/** Who presses later than this after a line came here has seen which it is. */
const SETTLED_MS = 700;

/** Whether this line stood where it stands for long enough: a list moves under the finger. */
function useIsSettled({ place, isAmong }: Placed): () => boolean {
  const [came] = useState(() => (isAmong ? performance.now() : Number.NEGATIVE_INFINITY));
  const here = useRef({ place, since: came });
  if (here.current.place !== place) here.current = { place, since: performance.now() };
  return () => performance.now() - here.current.since > SETTLED_MS;
}

type IGoProps = { alarm: Alarm; isGoing: boolean; go: () => void };

/**
 * One press: I am on my way, and everybody else can see it. Where the line has only just moved here,
 * it may have been meant for another: then it is asked whose alarm it is.
 */
function IGo({ alarm, isGoing, go }: IGoProps) {
  return (
    <Button
      size="compact-sm"
      className={bar.button}
      loading={isGoing}
      onClick={go}
      aria-label={`I go: ${alarm.text}`}
      title="Acknowledge: I am with the patient"
    >
      I go
    </Button>
  );
}

/** What was, so that a shift can look back on its own alarms. */
function Past() {
  const followed = useFollowed(useMe().person.id);
  const now = useNow();
  const past = useQuery({
    queryKey: ["past-alarms", followed],
    queryFn: async () => {
      const start = Math.round(live.now() - PAST_MS);
      const found = await Promise.all(followed.map((ward) => staffApi.pastAlarms(start, ward)));
      const once = new Map(found.flat().map((alarm) => [alarm.id, alarm]));
      return [...once.values()].sort((a, b) => b.raised - a.raised);
    },
    enabled: followed.length > 0,
    refetchInterval: 30_000,
  });
  const over = past.data?.filter(({ state }) => state === "resolved");
  return (
    <section aria-labelledby="past">
      <h2 id="past" className={classes.sub}>
        Over, in the last {PAST_HOURS} hours {over && <b>{over.length}</b>}
      </h2>
      {past.error && <Trouble error={past.error} again={() => void past.refetch()} />}
      {over?.length === 0 && <Empty title="No alarm has ended yet" icon={<BellIcon size={30} />} />}
      {over && over.length > 0 && <PastTable alarms={over} now={now} />}
    </section>
  );
}

function PastTable({ alarms, now }: { alarms: readonly Alarm[]; now: number }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Raised</th>
            <th>Where</th>
            <th>Alarm</th>
            <th>Lasted</th>
            <th>Answered</th>
          </tr>
        </thead>
        <tbody>
          {alarms.slice(0, DRAWN).map((alarm) => (
            <tr key={alarm.id} data-priority={alarm.priority}>
              <td>{clockTime(alarm.raised, now)}</td>
              <td>{whereOf(alarm)}</td>
              <td>
                <Link href={`/alarms/${alarm.id}`} className={classes.link}>
                  <span className={classes.mark} aria-hidden="true">
                    {MARKS[alarm.priority]}
                  </span>
                  {alarm.text}
                </Link>
              </td>
              <td>{inWords((alarm.cleared ?? now) - alarm.raised)}</td>
              <td>
                {alarm.acknowledged === null
                  ? "–"
                  : `${alarm.acknowledged_by ?? ""} after ${inWords(alarm.acknowledged - alarm.raised)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
