// Where I am signed in, and the end of it.

import { Button } from "@mantine/core";
import { accountApi } from "../../account-api";
import { clockTime } from "../../languages/counting";
import { among, fill, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { ScreenIcon } from "../../parts/more-icons";
import { browserName } from "../../push";
import { useSignOut } from "../../session";
import type { Account, SessionLine } from "../../words";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

export function Sessions({ account: { sessions, is_fresh } }: { account: Account }) {
  const say = words("account");
  const endOthers = useAct(accountApi.endOthers);
  return (
    <section className={classes.card} aria-labelledby="sessions">
      <h2 id="sessions">
        <ScreenIcon size={22} /> {say.sessions}
      </h2>
      <ul className={classes.lines}>
        {sessions.map((line) => (
          <Line key={line.id} line={line} isFresh={is_fresh} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button
          variant="default"
          h={44}
          disabled={!is_fresh}
          loading={endOthers.isPending}
          onClick={() => endOthers.mutate(undefined)}
        >
          {say.outElsewhere}
        </Button>
      )}
      {endOthers.error && <Wrong error={endOthers.error} />}
    </section>
  );
}

function Line({ line, isFresh }: { line: SessionLine; isFresh: boolean }) {
  const now = useNow();
  const say = words("account");
  const end = useAct(() => accountApi.end(line.id));
  const signOut = useSignOut();
  const name = line.agent ? browserName(line.agent) : say.aBrowser;
  return (
    <li>
      <div className={classes.what}>
        <b>
          <bdi>{name}</bdi> {line.here && <span className={classes.on}>{say.here}</span>}
        </b>
        <span>
          {fill(line.here ? say.since : say.sinceUsed, {
            since: clockTime(line.created, now),
            method: among(say.methods, line.method),
            used: clockTime(line.seen, now),
          })}
        </span>
        {end.error && <Wrong error={end.error} />}
      </div>
      <Button
        variant="default"
        h={44}
        disabled={!line.here && !isFresh}
        loading={end.isPending}
        aria-label={line.here ? say.outHere : fill(say.outOf, { name })}
        onClick={() => (line.here ? void signOut() : end.mutate(undefined))}
      >
        {say.out}
      </Button>
    </li>
  );
}
