// An authenticator app beside the password, and the recovery codes for the day it is lost.

import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { accountApi } from "../../account-api";
import { count as counted } from "../../languages/counting";
import { words } from "../../languages/speaking";
import { Dialog } from "../../parts/dialog";
import { CheckIcon, WarningIcon } from "../../parts/icons";
import { PhoneIcon } from "../../parts/more-icons";
import type { Account, AppSecret } from "../../words";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

const FEW_CODES = 3;

export function App({ account }: { account: Account }) {
  const say = words("account");
  const [secret, setSecret] = useState<AppSecret | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useAct(accountApi.beginApp, setSecret);
  const renew = useAct(accountApi.newCodes, (answer) => setCodes(answer.codes));
  const remove = useAct(accountApi.removeApp);
  const error = begin.error ?? renew.error ?? remove.error;
  return (
    <section className={classes.card} aria-labelledby="app">
      <h2 id="app">
        <PhoneIcon size={22} /> {say.app}
        {account.has_app && <span className={classes.on}>{say.on}</span>}
      </h2>
      {account.has_app ? (
        <>
          <p>{say.withPassword}</p>
          <Left count={account.codes_left} />
          <div className={classes.buttons}>
            <Button
              variant="default"
              h={44}
              disabled={!account.is_fresh}
              loading={renew.isPending}
              onClick={() => renew.mutate(undefined)}
            >
              {say.newCodes}
            </Button>
            <Button
              variant="default"
              h={44}
              disabled={!account.is_fresh}
              loading={remove.isPending}
              onClick={() => remove.mutate(undefined)}
            >
              {say.noCode}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{account.needs_more ? say.needsMore : say.worthNothing}</p>
          <Button
            variant="default"
            h={44}
            disabled={!account.is_fresh}
            loading={begin.isPending}
            onClick={() => begin.mutate(undefined)}
          >
            {say.setUp}
          </Button>
        </>
      )}
      {error && <Wrong error={error} />}
      <Dialog
        size="md"
        title={say.setUpTitle}
        isOpen={secret !== null}
        onClose={() => setSecret(null)}
      >
        {secret && (
          <SetUp
            secret={secret}
            onDone={(made) => {
              setSecret(null);
              setCodes(made);
            }}
          />
        )}
      </Dialog>
      <Dialog size="md" title={say.codes} isOpen={codes !== null} onClose={() => setCodes(null)}>
        {codes && <Shown codes={codes} onDone={() => setCodes(null)} />}
      </Dialog>
    </section>
  );
}

function Left({ count }: { count: number }) {
  return (
    <p className={count < FEW_CODES ? classes.few : classes.hint}>
      {count < FEW_CODES && <WarningIcon size={18} />} {counted(words("account").left, count)}
    </p>
  );
}

function SetUp({ secret, onDone }: { secret: AppSecret; onDone: (codes: string[]) => void }) {
  const say = words("account");
  const [code, setCode] = useState("");
  const confirm = useAct(accountApi.confirmApp, (answer) => onDone(answer.codes));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <p className={classes.plain}>{say.scan}</p>
        <img
          className={classes.picture}
          src={`data:image/svg+xml,${encodeURIComponent(secret.picture)}`}
          alt={say.picture}
        />
        <code className={classes.secret} dir="ltr">
          {inFours(secret.secret)}
        </code>
        <TextInput
          label={say.codeNow}
          data-autofocus
          size="md"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirm.error && <Wrong error={confirm.error} />}
        <Button type="submit" h={44} loading={confirm.isPending}>
          {say.goOn}
        </Button>
      </Stack>
    </form>
  );
}

function Shown({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <p className={classes.plain}>{words("account").eachOnce}</p>
      <ul className={classes.codes} dir="ltr" aria-label={words("account").recoveryCodes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button h={44} leftSection={<CheckIcon />} data-autofocus onClick={onDone}>
        {words("account").haveThem}
      </Button>
    </Stack>
  );
}

const inFours = (secret: string) => secret.match(/.{1,4}/g)?.join(" ") ?? secret;
