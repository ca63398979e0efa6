// The front door. Says what Homeward is, who may come in, and why it said no.

import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, Refused } from "../api";
import { Brand } from "../parts/brand";
import { ChevronIcon } from "../parts/icons";
import { useTitle } from "../parts/page-head";
import { SchemeButton } from "../parts/scheme-button";
import { SESSION_KEY } from "../session";
import type { DemoAccount } from "../words";
import classes from "./sign-in.module.css";

type Given = { login: string; password: string };

export default function SignIn() {
  useTitle("Sign in");
  const client = useQueryClient();
  const demo = useQuery({ queryKey: ["demo"], queryFn: api.demo, staleTime: 60_000 });
  const enter = useMutation({
    mutationFn: ({ login, password }: Given) => api.signIn(login.trim(), password),
    onSuccess: (session) => client.setQueryData(SESSION_KEY, session),
  });
  const accounts = demo.data?.demo ? demo.data.accounts : [];
  return (
    <div className={classes.page}>
      <aside className={classes.side}>
        <Brand size={38} />
        <div className={classes.words}>
          <p className={classes.claim}>From the ward to the way home, somebody is watching.</p>
          <p>
            Devices, the people who wear them, and the people who come when it matters: on one
            board, in real time.
          </p>
        </div>
        <Trace />
        <p className={classes.small}>
          A secondary display and alarm system. It does not replace the monitor at the bedside.
        </p>
      </aside>
      <main className={classes.main}>
        <div className={classes.corner}>
          <SchemeButton />
        </div>
        <div className={classes.box}>
          <Title order={1} size="h2" mb="lg">
            Sign in
          </Title>
          <SignInForm
            isBusy={enter.isPending}
            error={enter.error}
            enter={(given) => enter.mutate(given)}
          />
          {accounts.length > 0 && (
            <DemoAccounts accounts={accounts} isBusy={enter.isPending} enter={enter.mutate} />
          )}
        </div>
      </main>
    </div>
  );
}

type FormProps = { isBusy: boolean; error: Error | null; enter: (given: Given) => void };

function SignInForm({ isBusy, error, enter }: FormProps) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState("");
  const first = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = !login.trim() ? "Enter your name." : !password ? "Enter your password." : "";
    setMissing(words);
    if (words) first.current?.focus();
    else enter({ login, password });
  };
  const words = missing || (error ? inWords(error) : "");
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {words && (
          <Alert color="red" variant="light" role="alert" classNames={{ message: classes.error }}>
            {words}
          </Alert>
        )}
        <TextInput
          ref={first}
          label="Sign-in name"
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={isBusy} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function inWords(error: Error): string {
  if (error instanceof Refused && error.status === 401)
    return "This name and password do not belong together. Check both and try again.";
  return error instanceof Refused ? error.message : "Signing in failed. Try again.";
}

type DemoProps = { accounts: DemoAccount[]; isBusy: boolean; enter: (given: Given) => void };

function DemoAccounts({ accounts, isBusy, enter }: DemoProps) {
  return (
    <section className={classes.demo} aria-label="Demo accounts">
      <Text fw={650}>This is a demo: nobody here is real.</Text>
      <Text c="var(--hw-quiet)" fz="sm" mb="sm">
        Press a name to come in as that person.
      </Text>
      <div className={classes.accounts}>
        {accounts.map((account) => (
          <button
            key={account.login}
            type="button"
            className={classes.account}
            disabled={isBusy}
            onClick={() => enter(account)}
          >
            <span className={classes.initials} data-role={account.role} aria-hidden="true">
              {initials(account.name)}
            </span>
            <span className={classes.who}>
              <b>{account.name}</b>
              <span>{account.role === "patient" ? "patient at home" : account.role}</span>
            </span>
            <ChevronIcon size={16} />
          </button>
        ))}
      </div>
    </section>
  );
}

function initials(name: string): string {
  return name
    .split(" ")
    .map((part) => part[0])
    .join("");
}

/** A heartbeat that becomes a roof line: decoration only. */
function Trace() {
  const beat = "h44l8-12 8 12h16l6 8 12-66 12 82 8-24h18l12-16 12 16";
  return (
    <svg className={classes.trace} viewBox="0 0 620 170" aria-hidden="true" focusable="false">
      <path d={`M0 120${beat}${beat}h48l100-76 100 76h60`} />
      <path d="M392 112v46h136v-46" />
    </svg>
  );
}
