// For what I was called lately: why I, what was sent to me, and how far it came.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { MARKS } from "../../alarms";
import { clockTime } from "../../freshness";
import { useCalls, useNow } from "../../live";
import { staffApi } from "../../staff-api";
import { whyInWords } from "../../why";
import type { MyCall } from "../../words";
import classes from "./reached.module.css";
import { howFar, outcomeOf } from "./ways";

const REFRESH_MS = 15_000;
const SHOWN = 3;

export function Calls() {
  // A call that comes or ends while this stands open is told at once.
  const told = useCalls()
    .map(({ id, seen, ended }) => `${id} ${seen} ${ended}`)
    .join();
  const calls = useQuery({
    queryKey: ["my-calls", told],
    queryFn: staffApi.myCalls,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  if (calls.error && !calls.data) {
    return (
      <p role="alert" className={classes.wrong}>
        What you were called for cannot be shown now: {calls.error.message}
      </p>
    );
  }
  if (!calls.data || calls.data.length === 0) return null;
  const [first, later] = [calls.data.slice(0, SHOWN), calls.data.slice(SHOWN)];
  return (
    <section className={classes.calls} aria-labelledby="why">
      <h2 id="why">Why I was called</h2>
      <List calls={first} />
      {later.length > 0 && (
        <details>
          <summary>{later.length} more in the last 7 days</summary>
          <List calls={later} />
        </details>
      )}
    </section>
  );
}

function List({ calls }: { calls: readonly MyCall[] }) {
  const now = useNow();
  return (
    <ul>
      {calls.map((call) => (
        <li key={call.id} data-open={call.ended === null || undefined}>
          <p className={classes.called}>
            <span data-priority={call.priority}>
              <span aria-hidden="true">{MARKS[call.priority]}</span> {call.priority}
            </span>
            <Link href={`/alarms/${call.alarm_id}`}>{call.text}</Link>
            <time>
              {call.ward && `${call.ward}, `}
              {clockTime(call.created, now)}
            </time>
          </p>
          <p>{whyInWords(call, call.created)}</p>
          <p className={classes.when}>
            {[...call.messages.map((each) => howFar(each, now)), outcomeOf(call, now)].join(" · ")}
          </p>
        </li>
      ))}
    </ul>
  );
}
