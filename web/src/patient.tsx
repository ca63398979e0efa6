// The pages of a patient at home: their own day, nothing else. Kept apart from the staff's, so
// that a telephone on a poor line loads little (tests/browser holds the budget).

import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { Brand } from "./parts/brand";
import { CrashNet } from "./parts/crash";
import { SignOutIcon } from "./parts/icons";
import { LostBanner } from "./parts/lost-banner";
import { SchemeButton } from "./parts/scheme-button";
import classes from "./parts/shell.module.css";
import { Waiting } from "./parts/states";
import Today from "./screens/me/today";
import { useLive, useMe, useSignOut } from "./session";

const Account = lazy(() => import("./screens/account/account"));
const Reached = lazy(() => import("./screens/reached/reached"));
const Told = lazy(() => import("./screens/told/mine"));
const Consent = lazy(() => import("./screens/consent/consent"));
const WhoLooked = lazy(() => import("./screens/audit/mine"));
const Opened = lazy(() => import("./screens/reached/opened"));

export default function PatientPages() {
  const { person } = useMe();
  const signOut = useSignOut();
  useLive();
  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Link href="/" className={classes.brand} aria-label="Homeward, my day">
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
              <Route path="/account">
                <Account />
              </Route>
              <Route path="/reached">
                <Reached />
              </Route>
              <Route path="/told">
                <Told />
              </Route>
              <Route path="/consent">
                <Consent />
              </Route>
              <Route path="/looked">
                <WhoLooked />
              </Route>
              <Route path="/m/:token">
                <Opened />
              </Route>
              <Route>
                <Today />
              </Route>
            </Switch>
          </Suspense>
        </CrashNet>
      </main>
    </div>
  );
}
