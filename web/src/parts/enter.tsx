// Proving who one is: by a passkey, or by password and, where it is asked for, a code.

import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Refused } from "../api";
import { enteringApi } from "../entering-api";
import { words } from "../languages/speaking";
import * as passkey from "../passkey";
import { comesIn, LOCKED_KEY, SESSION_KEY } from "../session";
import type { Session } from "../words";
import classes from "./enter.module.css";
import { KeyIcon } from "./icons";

export type Given = { login: string; password: string; code?: string };

/** Both ways in, and how far each is. */
export function useEntering() {
  const client = useQueryClient();
  const onSuccess = (session: Session) => {
    comesIn();
    client.setQueryData(SESSION_KEY, session);
    client.setQueryData(LOCKED_KEY, null);
  };
  const byPassword = useMutation({
    mutationFn: ({ login, password, code }: Given) =>
      enteringApi.signIn(login.trim(), password, code),
    onSuccess,
  });
  const byPasskey = useMutation({
    mutationFn: async () =>
      enteringApi.signInByPasskey(await passkey.use(await enteringApi.askPasskey())),
    onSuccess,
  });
  return { byPassword, byPasskey };
}

export function Enter({ byPassword, byPasskey }: ReturnType<typeof useEntering>) {
  return (
    <>
      {passkey.isPossible() && (
        <ByPasskey
          isBusy={byPasskey.isPending}
          error={byPasskey.error}
          enter={() => {
            byPassword.reset();
            byPasskey.mutate();
          }}
        />
      )}
      <SignInForm
        isBusy={byPassword.isPending}
        error={byPassword.error}
        enter={(given) => {
          byPasskey.reset();
          byPassword.mutate(given);
        }}
      />
    </>
  );
}

type PasskeyProps = { isBusy: boolean; error: Error | null; enter: () => void };

/** First, since it is quickest and cannot be guessed, lent or fished for. */
function ByPasskey({ isBusy, error, enter }: PasskeyProps) {
  return (
    <div className={classes.passkey}>
      <Button
        size="lg"
        fullWidth
        leftSection={<KeyIcon size={22} />}
        loading={isBusy}
        onClick={enter}
      >
        {words("enter").byPasskey}
      </Button>
      {error && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          mt="sm"
          classNames={{ message: classes.error }}
        >
          {error instanceof Refused ? error.message : words("enter").failed}
        </Alert>
      )}
      <p className={classes.or}>
        <span>{words("enter").orPassword}</span>
      </p>
    </div>
  );
}

type FormProps = { isBusy: boolean; error: Error | null; enter: (given: Given) => void };

function SignInForm({ isBusy, error, enter }: FormProps) {
  const say = words("enter");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState("");
  const first = useRef<HTMLInputElement>(null);
  const wantsCode = useWantsCode(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacks = !login.trim() ? say.nameMissing : !password ? say.passwordMissing : "";
    setMissing(lacks);
    if (lacks) first.current?.focus();
    else enter({ login, password, code });
  };
  const told = missing || (error && !asksForCode(error) ? inWords(error) : "");
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {told && (
          <Alert color="red" variant="light" role="alert" classNames={{ message: classes.error }}>
            {told}
          </Alert>
        )}
        <TextInput
          ref={first}
          label={say.login}
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          label={say.password}
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": say.show }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {wantsCode && (
          <TextInput
            label={say.code}
            description={`${error && asksForCode(error) ? error.message : say.fromApp} ${say.recovery}`}
            size="md"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellCheck={false}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <Button
          type="submit"
          size="md"
          variant={passkey.isPossible() ? "default" : "filled"}
          loading={isBusy}
          fullWidth
        >
          {say.title}
        </Button>
      </Stack>
    </form>
  );
}

const asksForCode = (error: Error) => error instanceof Refused && error.wants === "code";

/** Once a code was asked for, its field stays: the next try may bring a wrong one. */
function useWantsCode(error: Error | null): boolean {
  const [wants, setWants] = useState(false);
  if (error && asksForCode(error) && !wants) setWants(true);
  return wants;
}

const inWords = (error: Error): string =>
  error instanceof Refused ? error.message : words("enter").failed;
