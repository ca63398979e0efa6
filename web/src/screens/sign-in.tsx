// The front door. Says what Homeward is, who may come in, and why it said no.

import { Alert, Button, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { enteringApi } from "../entering-api";
import { Brand } from "../parts/brand";
import { Enter, type Given, useEntering } from "../parts/enter";
import { ChevronIcon, HomeIcon } from "../parts/icons";
import { useTitle } from "../parts/page-head";
import { SchemeButton } from "../parts/scheme-button";
import type { DemoAccount } from "../words";
import classes from "./sign-in.module.css";

export default function SignIn() {
  useTitle("Sign in");
  const demo = useQuery({ queryKey: ["demo"], queryFn: enteringApi.demo, staleTime: 60_000 });
  const entering = useEntering();
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
          <Refusal />
          {demo.data?.hospital && <ByHospital name={demo.data.hospital} />}
          <Enter {...entering} />
          {accounts.length > 0 && (
            <DemoAccounts
              accounts={accounts}
              isBusy={entering.byPassword.isPending}
              enter={entering.byPassword.mutate}
            />
          )}
        </div>
      </main>
    </div>
  );
}

/** By the hospital's own sign-in: these pages are left, and come back to. */
function ByHospital({ name }: { name: string }) {
  return (
    <Button
      component="a"
      href="/api/hospital"
      size="lg"
      variant="default"
      fullWidth
      mb="md"
      leftSection={<HomeIcon size={22} />}
    >
      Sign in by {name}
    </Button>
  );
}

const WHY = new Map(
  Object.entries({
    unknown: "You are known there, but not here yet. Ask an administrator to connect your account.",
    away: "It cannot be reached just now. Try again, or sign in another way.",
    no: "It did not let you in here. Try again, or sign in another way.",
  }),
);

/** Why the hospital's sign-in came back with nobody. */
function Refusal() {
  const words = WHY.get(useHash().replace("#refused=", ""));
  if (!words) return null;
  return (
    <Alert color="red" variant="light" role="alert" mb="md">
      {words}
    </Alert>
  );
}

const subscribe = (listener: () => void) => {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
};
const useHash = () => useSyncExternalStore(subscribe, () => window.location.hash);

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
