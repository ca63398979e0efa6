// The pages of those who are signed in, inside the shell.

import { Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useFlash } from "./flash";
import { CrashNet } from "./parts/crash";
import { useWards } from "./parts/nav";
import { Shell } from "./parts/shell";
import { Empty, Trouble, Waiting } from "./parts/states";
import { homeOf, ROUTES } from "./routes";
import { useLive, useMe } from "./session";

export default function Staff() {
  const { person } = useMe();
  useLive();
  useFlash();
  return (
    <Shell>
      <CrashNet>
        <Suspense fallback={<Waiting />}>
          <Switch>
            <Route path="/">
              <Home />
            </Route>
            {ROUTES.filter((line) => line.roles.includes(person.role)).map((line) => (
              <Route key={line.path} path={line.path}>
                <line.page />
              </Route>
            ))}
            <Route>
              <Empty title="There is no such page" />
            </Route>
          </Switch>
        </Suspense>
      </CrashNet>
    </Shell>
  );
}

function Home() {
  const home = homeOf(useMe().person.role);
  return home ? <Redirect to={home} replace /> : <FirstWard />;
}

function FirstWard() {
  const wards = useWards();
  if (wards.error) return <Trouble error={wards.error} again={() => void wards.refetch()} />;
  if (!wards.data) return <Waiting />;
  const first = wards.data[0];
  if (!first) {
    return (
      <Empty title="You work on no ward yet">
        Ask an administrator to put you on the team of your ward.
      </Empty>
    );
  }
  return <Redirect to={`/wards/${first.id}`} replace />;
}
