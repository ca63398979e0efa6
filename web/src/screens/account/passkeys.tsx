// Passkeys: the ones I have, and a new one for this device.

import { Button } from "@mantine/core";
import { accountApi } from "../../account-api";
import { clockTime } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
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
  const say = words("account");
  const add = useAct(makeOne);
  const mayAdd = account.may_have_passkeys && passkey.isPossible();
  return (
    <section className={classes.card} aria-labelledby="passkeys">
      <h2 id="passkeys">
        <KeyIcon size={22} /> {say.passkeys}
      </h2>
      <p>{say.passkeysWhat}</p>
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
          {say.addPasskey}
        </Button>
      ) : (
        <p className={classes.hint}>{say.needName}</p>
      )}
      {add.error && <Wrong error={add.error} />}
    </section>
  );
}

function Line({ line, isFresh }: { line: PasskeyLine; isFresh: boolean }) {
  const now = useNow();
  const say = words("account");
  const remove = useAct(() => accountApi.removePasskey(line.id));
  return (
    <li>
      <div className={classes.what}>
        <b>
          <bdi>{line.label}</bdi>
        </b>
        <span>
          {fill(line.used === null ? say.addedUnused : say.addedUsed, {
            added: clockTime(line.created, now),
            used: line.used === null ? "" : clockTime(line.used, now),
          })}
        </span>
        {remove.error && <Wrong error={remove.error} />}
      </div>
      <Button
        variant="default"
        h={44}
        disabled={!isFresh}
        loading={remove.isPending}
        aria-label={fill(say.removePasskey, { name: line.label })}
        onClick={() => remove.mutate(undefined)}
      >
        {say.remove}
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
