// An authenticator app beside the password, and the recovery codes for the day it is lost.

import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { accountApi } from "../../account-api";
import { Dialog } from "../../parts/dialog";
import { CheckIcon, PhoneIcon, WarningIcon } from "../../parts/icons";
import type { Account, AppSecret } from "../../words";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

const FEW_CODES = 3;

export function App({ account }: { account: Account }) {
  const [secret, setSecret] = useState<AppSecret | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useAct(accountApi.beginApp, setSecret);
  const renew = useAct(accountApi.newCodes, (answer) => setCodes(answer.codes));
  const remove = useAct(accountApi.removeApp);
  const error = begin.error ?? renew.error ?? remove.error;
  return (
    <section className={classes.card} aria-labelledby="app">
      <h2 id="app">
        <PhoneIcon size={22} /> Code beside your password
        {account.has_app && <span className={classes.on}>on</span>}
      </h2>
      {account.has_app ? (
        <>
          <p>With your password you enter a code that your authenticator app shows.</p>
          <Left count={account.codes_left} />
          <div className={classes.buttons}>
            <Button
              variant="default"
              h={44}
              disabled={!account.is_fresh}
              loading={renew.isPending}
              onClick={() => renew.mutate(undefined)}
            >
              New recovery codes
            </Button>
            <Button
              variant="default"
              h={44}
              disabled={!account.is_fresh}
              loading={remove.isPending}
              onClick={() => remove.mutate(undefined)}
            >
              Ask for no code any more
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>
            {account.needs_more
              ? "Your role needs a passkey, or a code beside the password."
              : "A password that somebody saw is worth nothing without the code your phone shows."}
          </p>
          <Button
            variant="default"
            h={44}
            disabled={!account.is_fresh}
            loading={begin.isPending}
            onClick={() => begin.mutate(undefined)}
          >
            Set up an authenticator app
          </Button>
        </>
      )}
      {error && <Wrong error={error} />}
      <Dialog
        size="md"
        title="Set up your authenticator app"
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
      <Dialog
        size="md"
        title="Your recovery codes"
        isOpen={codes !== null}
        onClose={() => setCodes(null)}
      >
        {codes && <Shown codes={codes} onDone={() => setCodes(null)} />}
      </Dialog>
    </section>
  );
}

function Left({ count }: { count: number }) {
  const words = count === 1 ? "1 recovery code is left." : `${count} recovery codes are left.`;
  return (
    <p className={count < FEW_CODES ? classes.few : classes.hint}>
      {count < FEW_CODES && <WarningIcon size={18} />} {words}
    </p>
  );
}

function SetUp({ secret, onDone }: { secret: AppSecret; onDone: (codes: string[]) => void }) {
  const [code, setCode] = useState("");
  const confirm = useAct(accountApi.confirmApp, (answer) => onDone(answer.codes));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <p className={classes.plain}>
          Scan this picture with your authenticator app, or type the letters below into it.
        </p>
        <img
          className={classes.picture}
          src={`data:image/svg+xml,${encodeURIComponent(secret.picture)}`}
          alt="The secret, for a camera"
        />
        <code className={classes.secret}>{inFours(secret.secret)}</code>
        <TextInput
          label="The code it shows now"
          data-autofocus
          size="md"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirm.error && <Wrong error={confirm.error} />}
        <Button type="submit" h={44} loading={confirm.isPending}>
          Go on
        </Button>
      </Stack>
    </form>
  );
}

function Shown({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <p className={classes.plain}>
        Each of these signs you in once, with your password, should your app be lost. Write them
        down or print them now: they are shown this once.
      </p>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button h={44} leftSection={<CheckIcon />} data-autofocus onClick={onDone}>
        I have them
      </Button>
    </Stack>
  );
}

const inFours = (secret: string) => secret.match(/.{1,4}/g)?.join(" ") ?? secret;
