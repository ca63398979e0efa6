// The front door. Says what Homeward is, who may come in, and why it said no.

import { Alert, Button, NativeSelect, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { enteringApi } from "../entering-api";
import { LANGUAGES, type Language, OWN_NAMES } from "../languages/language";
import { among, fill, keepLanguage, languageNow, speak, words } from "../languages/speaking";
import { Brand } from "../parts/brand";
import { Enter, type Given, useEntering } from "../parts/enter";
import { ChevronIcon } from "../parts/icons";
import { HomeIcon } from "../parts/more-icons";
import { SchemeButton } from "../parts/scheme-button";
import { useTitle } from "../parts/title";
import { comesIn } from "../session";
import type { DemoAccount } from "../words";
import classes from "./sign-in.module.css";

export default function SignIn() {
  const say = words("enter");
  useTitle(say.title);
  const demo = useQuery({ queryKey: ["demo"], queryFn: enteringApi.demo, staleTime: 60_000 });
  const entering = useEntering();
  const accounts = demo.data?.demo ? demo.data.accounts : [];
  return (
    <div className={classes.page}>
      <aside className={classes.side}>
        <Brand size={38} />
        <div className={classes.words}>
          <p className={classes.claim}>{say.claim}</p>
          <p>{say.about}</p>
        </div>
        <Trace />
        <p className={classes.small}>{say.secondary}</p>
      </aside>
      <main className={classes.main}>
        <div className={classes.corner}>
          <LanguageChoice />
          <SchemeButton />
        </div>
        <div className={classes.box}>
          <Title order={1} size="h2" mb="lg">
            {say.title}
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
      onClick={comesIn}
      size="lg"
      variant="default"
      fullWidth
      mb="md"
      leftSection={<HomeIcon size={22} />}
    >
      {fill(words("enter").byHospital, { name })}
    </Button>
  );
}

const REFUSALS = ["unknown", "away", "no"] as const;

/** In which language this door speaks, for whoever uses this browser next too. */
function LanguageChoice() {
  const choose = (language: Language) => {
    keepLanguage(language);
    void speak(language).catch(() => undefined);
  };
  return (
    <NativeSelect
      aria-label={words("enter").language}
      value={languageNow()}
      data={LANGUAGES.map((value) => ({ value, label: OWN_NAMES[value] }))}
      onChange={(event) => choose(event.currentTarget.value as Language)}
    />
  );
}

/** Why the hospital's sign-in came back with nobody. */
function Refusal() {
  const hash = useHash();
  const why = REFUSALS.find((each) => hash === `#refused=${each}`);
  if (!why) return null;
  return (
    <Alert color="red" variant="light" role="alert" mb="md">
      {words("enter")[why]}
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
    <section className={classes.demo} aria-label={words("enter").demoAccounts}>
      <Text fw={650}>{words("enter").demo}</Text>
      <Text c="var(--hw-quiet)" fz="sm" mb="sm">
        {words("enter").pressName}
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
              <span>{among(words("roles"), account.role)}</span>
            </span>
            <ChevronIcon size={16} className="hw-forward" />
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
