// The sentinel: whether alarms arrive, as seen from outside, and how fast.

import { useQuery } from "@tanstack/react-query";
import { clockTime, inWords } from "../../freshness";
import { useNow } from "../../live";
import { Trouble } from "../../parts/states";
import { staffApi } from "../../staff-api";
import type { Sentinel as Seen, SentinelRound } from "../../words";
import { seconds } from "./health";
import { callsInWords, HOPS, OUTCOMES, stateInWords } from "./sentinel-words";
import classes from "./system.module.css";

const AGAIN_MS = 10_000;

export function useSentinel() {
  return useQuery({
    queryKey: ["sentinel"],
    queryFn: staffApi.sentinel,
    refetchInterval: AGAIN_MS,
    placeholderData: (before) => before,
  });
}

export function Sentinel() {
  const sentinel = useSentinel();
  return (
    <section className={classes.card} aria-labelledby="sentinel">
      <h2 id="sentinel">Sentinel</h2>
      {sentinel.error && <Trouble error={sentinel.error} again={() => void sentinel.refetch()} />}
      {sentinel.data &&
        (sentinel.data.state === "none" ? (
          <None seen={sentinel.data} />
        ) : (
          <Watching seen={sentinel.data} />
        ))}
    </section>
  );
}

function None({ seen }: { seen: Seen }) {
  const now = useNow();
  return (
    <div className={classes.nobody}>
      <b>No sentinel watches this house.</b>
      <p>
        It lets a pretend patient’s alarm go through the whole path every half minute, and calls
        people by its own route when one does not arrive.
        {seen.heard !== null && ` The last one was heard ${clockTime(seen.heard, now)}.`}
      </p>
      <p>On this machine, in homeward.toml:</p>
      <pre>sentinel = true</pre>
      <p>Better, on another machine:</p>
      <pre>{"homeward sentinel set-up --out sentinel\nhomeward sentinel run sentinel"}</pre>
    </div>
  );
}

function Watching({ seen }: { seen: Seen }) {
  const now = useNow();
  return (
    <div className={classes.sentinel} data-state={seen.state}>
      <p>
        <b>{stateInWords(seen, now)}</b> {callsInWords(seen.calls)}
      </p>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <caption className={classes.caption}>
            Last day: {seen.rounds.toLocaleString()} {seen.rounds === 1 ? "round" : "rounds"},{" "}
            {seen.lost} lost, {seen.late} with a late end
          </caption>
          <thead>
            <tr>
              <th>From the reading until</th>
              <th>Median</th>
              <th>99th percentile</th>
              <th>Worst</th>
            </tr>
          </thead>
          <tbody>
            {seen.hops.map((hop) => (
              <tr key={hop.name}>
                <th scope="row">{HOPS.get(hop.name) ?? hop.name}</th>
                <td>
                  <b>{seconds(hop.median)}</b>
                </td>
                <td>{seconds(hop.p99)}</td>
                <td>{seconds(hop.worst)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ol className={classes.rounds} aria-label="Last rounds">
        {seen.recent.map((round) => (
          <Round key={round.at} round={round} now={now} />
        ))}
      </ol>
    </div>
  );
}

function Round({ round, now }: { round: SentinelRound; now: number }) {
  const { heard } = round.hops;
  return (
    <li data-outcome={round.outcome}>
      <time>{clockTime(round.at, now)}</time>
      <b>{OUTCOMES[round.outcome]}</b>
      <span>
        {heard === undefined ? "" : `on the screen after ${seconds(heard)}`}
        {round.detail && ` ${round.detail}`}
      </span>
      <small>{now - round.at < 3_000 ? "now" : `${inWords(now - round.at)} ago`}</small>
    </li>
  );
}
