// The pages of a patient at home: their own day, nothing else. Kept apart from the staff's, so
// that a telephone on a poor line loads little (tests/browser holds the budget).

import { lazy, Suspense } from "react";
import { later } from "./home/later";
import { words } from "./languages/speaking";
import { useWatch } from "./live";
import { AtHome, further } from "./parts/at-home";
import Today from "./screens/me/today";
import { useLive, useMe } from "./session";

const Arrived = lazy(() => later(() => import("./screens/me/arrived")));
const OutboxOf = lazy(() => later(() => import("./home/outbox-of")));
const PAGES = [
  ["/measure", further(() => import("./screens/measure/measure"))],
  ["/account", further(() => import("./screens/account/account"))],
  ["/reached", further(() => import("./screens/reached/reached"))],
  ["/told", further(() => import("./screens/told/mine"))],
  ["/consent", further(() => import("./screens/consent/consent"))],
  ["/from", further(() => import("./screens/from/from"))],
  ["/data", further(() => import("./screens/own/own"))],
  ["/messages", further(() => import("./screens/letters/mine"))],
  ["/questions/:due?", further(() => import("./screens/questions/mine"))],
  ["/plan", further(() => import("./screens/plan/mine"))],
  ["/reports", further(() => import("./screens/report/mine"))],
  ["/looked", further(() => import("./screens/audit/mine"))],
  ["/choices", further(() => import("./screens/choices/choices"))],
  ["/m/:token", further(() => import("./screens/reached/opened"))],
] as const;

export default function PatientPages() {
  useLive();
  const { patient_id } = useMe();
  return (
    <>
      <AtHome home={words("today").day} pages={PAGES}>
        <Today />
      </AtHome>
      {patient_id !== null && <Watched patientId={patient_id} />}
      <Suspense>
        <OutboxOf />
      </Suspense>
    </>
  );
}

/** What is told of oneself is heard on every page: also an alert. */
function Watched({ patientId }: { patientId: number }) {
  useWatch("patient", patientId);
  return (
    <Suspense>
      <Arrived patientId={patientId} />
    </Suspense>
  );
}
