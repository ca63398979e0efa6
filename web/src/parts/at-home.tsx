// The frame of whoever is no staff: one page that is home, others beside it, each with a way back.

import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { bring, fill, words } from "../languages/speaking";
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

type Loaded = { default: ComponentType };

/** A page that comes with its words when it is first opened. */
export const further = (load: () => Promise<Loaded>) =>
  lazy(async () => (await Promise.all([load(), bring("door", "further")]))[0]);

export function AtHome({ home, pages, children }: Props) {
  const { person } = useMe();
  const signOut = useSignOut();
  const say = words("frame");
  return (
    <div className={classes.shell} data-at-home>
      <header className={classes.header}>
        <Link href="/" className={classes.brand} aria-label={fill(say.home, { page: home })}>
          <Brand />
        </Link>
        <span className={classes.spring} />
        <div className={classes.tools}>
          <b className={classes.patient}>{person.name}</b>
          <SchemeButton />
          <button type="button" className={classes.signOut} onClick={() => void signOut()}>
            <SignOutIcon />
            {say.signOut}
          </button>
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
