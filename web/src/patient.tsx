// The pages of a patient at home: their own day, nothing else. Kept apart from the staff's, so
// that a telephone on a poor line loads little (tests/browser holds the budget).

import { lazy, Suspense } from "react";
import { later } from "./home/later";
import { AtHome } from "./parts/at-home";
import Today from "./screens/me/today";
import { useLive } from "./session";

const OutboxOf = lazy(() => later(() => import("./home/outbox-of")));
const PAGES = [
  ["/measure", lazy(() => import("./screens/measure/measure"))],
  ["/account", lazy(() => import("./screens/account/account"))],
  ["/reached", lazy(() => import("./screens/reached/reached"))],
  ["/told", lazy(() => import("./screens/told/mine"))],
  ["/consent", lazy(() => import("./screens/consent/consent"))],
  ["/data", lazy(() => import("./screens/own/own"))],
  ["/messages", lazy(() => import("./screens/letters/mine"))],
  ["/plan", lazy(() => import("./screens/plan/mine"))],
  ["/reports", lazy(() => import("./screens/report/mine"))],
  ["/looked", lazy(() => import("./screens/audit/mine"))],
  ["/m/:token", lazy(() => import("./screens/reached/opened"))],
] as const;

export default function PatientPages() {
  useLive();
  return (
    <>
      <AtHome home="My day" pages={PAGES}>
        <Today />
      </AtHome>
      <Suspense>
        <OutboxOf />
      </Suspense>
    </>
  );
}
