// Passkeys: the ones I have, and a new one for this device.

import { Button } from "@mantine/core";
import { accountApi } from "../../account-api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { KeyIcon, PlusIcon } from "../../parts/icons";
import * as passkey from "../../passkey";
import { browserName } from "../../push";
import type { Account, PasskeyLine } from "../../words";
import classes from "./account.module.css";
import { useAct } from "./use-account";

async function makeOne(): Promise<void> {
  const made = await passkey.make(await accountApi.askPasskey());
  await accountApi.addPasskey(made, browserName());
}

export function Passkeys({ account }: { account: Account }) {
  const add = useAct(makeOne);
  const mayAdd = account.may_have_passkeys && passkey.isPossible();
  return (
    <section className={classes.card} aria-labelledby="passkeys">
      <h2 id="passkeys">
        <KeyIcon size={22} /> Passkeys
      </h2>
      <p>
        Sign in with the fingerprint, face or PIN of your own device. Nothing to remember, and
        nothing that somebody else could use.
      </p>
      {account.passkeys.length > 0 && (
        <ul className={classes.lines}>
          {account.passkeys.map((line) => (
            <Line key={line.id} line={line} isFresh={account.is_fresh} />
          ))}
        </ul>
      )}
      {mayAdd ? (
        <Button
          h={44}
          variant={account.passkeys.length > 0 ? "default" : "filled"}
          leftSection={<PlusIcon />}
          disabled={!account.is_fresh}
          loading={add.isPending}
          onClick={() => add.mutate(undefined)}
        >
          Add a passkey on this device
        </Button>
      ) : (
        <p className={classes.hint}>
          Passkeys need the pages' own name in the address bar, and a browser that knows them.
        </p>
      )}
      {add.error && <Wrong error={add.error} />}
    </section>
  );
}

function Line({ line, isFresh }: { line: PasskeyLine; isFresh: boolean }) {
  const now = useNow();
  const remove = useAct(() => accountApi.removePasskey(line.id));
  return (
    <li>
      <div className={classes.what}>
        <b>{line.label}</b>
        <span>
          Added {clockTime(line.created, now)}
          {line.used === null ? ", not used yet" : `, last used ${clockTime(line.used, now)}`}
        </span>
        {remove.error && <Wrong error={remove.error} />}
      </div>
      <Button
        variant="default"
        h={44}
        disabled={!isFresh}
        loading={remove.isPending}
        aria-label={`Remove the passkey ${line.label}`}
        onClick={() => remove.mutate(undefined)}
      >
        Remove
      </Button>
    </li>
  );
}

export function Wrong({ error }: { error: Error }) {
  return (
    <p className={classes.wrong} role="alert">
      {error.message}
    </p>
  );
}
