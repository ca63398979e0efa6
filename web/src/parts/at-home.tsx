// The frame of whoever is no staff: one page that is home, others beside it, each with a way back.

import { Button } from "@mantine/core";
import { type ComponentType, type ReactNode, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { useMe, useSignOut } from "../session";
import { Brand } from "./brand";
import { CrashNet } from "./crash";
import { SignOutIcon } from "./icons";
import { LostBanner } from "./lost-banner";
import { SchemeButton } from "./scheme-button";
import classes from "./shell.module.css";
import { Waiting } from "./states";

type Props = {
  home: string;
  pages: readonly (readonly [path: string, page: ComponentType])[];
  children: ReactNode;
};

export function AtHome({ home, pages, children }: Props) {
  const { person } = useMe();
  const signOut = useSignOut();
  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Link href="/" className={classes.brand} aria-label={`Homeward, ${home.toLowerCase()}`}>
          <Brand />
        </Link>
        <span className={classes.spring} />
        <div className={classes.tools}>
          <b className={classes.patient}>{person.name}</b>
          <SchemeButton />
          <Button
            variant="default"
            h={44}
            leftSection={<SignOutIcon />}
            onClick={() => void signOut()}
          >
            Sign out
          </Button>
        </div>
      </header>
      <LostBanner reader="patient" />
      <main id="main" className={classes.main} tabIndex={-1}>
        <CrashNet>
          <Suspense fallback={<Waiting />}>
            <Switch>
              {pages.map(([path, Page]) => (
                <Route key={path} path={path}>
                  <Link href="/" className={classes.back}>
                    <span aria-hidden>‹</span> {home}
                  </Link>
                  <Page />
                </Route>
              ))}
              <Route>{children}</Route>
            </Switch>
          </Suspense>
        </CrashNet>
      </main>
    </div>
  );
}
