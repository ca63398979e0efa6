// Another password; everywhere else I am signed out by it.

import { Button, PasswordInput, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { accountApi } from "../../account-api";
import { Refused } from "../../api";
import { fill, words, written } from "../../languages/speaking";
import { Dialog } from "../../parts/dialog";
import { LockIcon } from "../../parts/more-icons";
import { renews, SESSION_KEY } from "../../session";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

const SHORTEST = 12;
const show = () => ({ "aria-label": words("enter").show });

export function Password() {
  const say = words("account");
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <section className={classes.card} aria-labelledby="password">
      <h2 id="password">
        <LockIcon size={22} /> {say.password}
      </h2>
      <p role="status">{isDone ? say.isNew : say.withNew}</p>
      <Button variant="default" h={44} onClick={() => setOpen(true)}>
        {say.changePassword}
      </Button>
      <Dialog size="md" title={say.changePassword} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Form
          onDone={() => {
            setOpen(false);
            setDone(true);
          }}
        />
      </Dialog>
    </section>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const say = words("account");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const client = useQueryClient();
  const change = useAct(
    () => renews(accountApi.password(old, fresh)),
    (session) => {
      client.setQueryData(SESSION_KEY, session);
      onDone();
    },
  );
  const isShort = fresh.length > 0 && fresh.length < SHORTEST;
  const isGuessable = change.error instanceof Refused && change.error.wants === "password";
  const atField = isGuessable && change.error?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isShort && old && fresh) change.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <PasswordInput
          label={say.old}
          data-autofocus
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={show()}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label={say.fresh}
          description={fill(say.longer, { count: written(SHORTEST) })}
          size="md"
          autoComplete="new-password"
          visibilityToggleButtonProps={show()}
          error={isShort ? fill(say.more, { count: written(SHORTEST - fresh.length) }) : atField}
          value={fresh}
          onChange={(event) => {
            setFresh(event.currentTarget.value);
            if (isGuessable) change.reset();
          }}
        />
        {change.error && !isGuessable && <Wrong error={change.error} />}
        <Button type="submit" h={44} loading={change.isPending}>
          {say.change}
        </Button>
      </Stack>
    </form>
  );
}
