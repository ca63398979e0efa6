// Where I am signed in, and the end of it.

import { Button } from "@mantine/core";
import { accountApi } from "../../account-api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { ScreenIcon } from "../../parts/icons";
import { browserName } from "../../push";
import { useSignOut } from "../../session";
import type { Account, SessionLine } from "../../words";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

export function Sessions({ account: { sessions, is_fresh } }: { account: Account }) {
  const endOthers = useAct(accountApi.endOthers);
  return (
    <section className={classes.card} aria-labelledby="sessions">
      <h2 id="sessions">
        <ScreenIcon size={22} /> Where you are signed in
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
          Sign out everywhere else
        </Button>
      )}
      {endOthers.error && <Wrong error={endOthers.error} />}
    </section>
  );
}

function Line({ line, isFresh }: { line: SessionLine; isFresh: boolean }) {
  const now = useNow();
  const end = useAct(() => accountApi.end(line.id));
  const signOut = useSignOut();
  const name = line.agent ? browserName(line.agent) : "A browser";
  return (
    <li>
      <div className={classes.what}>
        <b>
          {name}
          {line.here && <span className={classes.on}>this browser</span>}
        </b>
        <span>
          Since {clockTime(line.created, now)} by {line.method}
          {!line.here && `, last used ${clockTime(line.seen, now)}`}
        </span>
        {end.error && <Wrong error={end.error} />}
      </div>
      <Button
        variant="default"
        h={44}
        disabled={!line.here && !isFresh}
        loading={end.isPending}
        aria-label={line.here ? "Sign out here" : `Sign out ${name}`}
        onClick={() => (line.here ? void signOut() : end.mutate(undefined))}
      >
        Sign out
      </Button>
    </li>
  );
}
