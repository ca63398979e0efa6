// Another password; everywhere else I am signed out by it.

import { Button, PasswordInput, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { accountApi } from "../../account-api";
import { Refused } from "../../api";
import { Dialog } from "../../parts/dialog";
import { LockIcon } from "../../parts/icons";
import { SESSION_KEY } from "../../session";
import classes from "./account.module.css";
import { Wrong } from "./passkeys";
import { useAct } from "./use-account";

const SHORTEST = 12;
const SHOW = { "aria-label": "Show the password" };

export function Password() {
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <section className={classes.card} aria-labelledby="password">
      <h2 id="password">
        <LockIcon size={22} /> Password
      </h2>
      <p role="status">
        {isDone
          ? "You have a new password, and are signed out everywhere else."
          : "With a new one you are signed out everywhere else."}
      </p>
      <Button variant="default" h={44} onClick={() => setOpen(true)}>
        Change password
      </Button>
      <Dialog size="md" title="Change password" isOpen={isOpen} onClose={() => setOpen(false)}>
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
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const client = useQueryClient();
  const change = useAct(
    () => accountApi.password(old, fresh),
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
          label="The password you have"
          data-autofocus
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={SHOW}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label="The new one"
          description={`${SHORTEST} characters or more; several words are best.`}
          size="md"
          autoComplete="new-password"
          visibilityToggleButtonProps={SHOW}
          error={isShort ? `${SHORTEST - fresh.length} more` : atField}
          value={fresh}
          onChange={(event) => {
            setFresh(event.currentTarget.value);
            if (isGuessable) change.reset();
          }}
        />
        {change.error && !isGuessable && <Wrong error={change.error} />}
        <Button type="submit" h={44} loading={change.isPending}>
          Change
        </Button>
      </Stack>
    </form>
  );
}
