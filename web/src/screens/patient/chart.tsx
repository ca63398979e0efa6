// One patient: who, what is now, what stands, and the whole record on one time axis.

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { Link, useParams, useSearchParams } from "wouter";
import { api, Refused } from "../../api";
import { useLivePatient, useNow, useWatch } from "../../live";
import { useAgreements } from "../../live-of";
import { ClosedByPatient, ClosedRecord } from "../../parts/emergency";
import { PlusIcon } from "../../parts/icons";
import { Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useStanding } from "../../standing";
import type { Patient } from "../../words";
import { Asked } from "./asked";
import { Identity } from "./identity";
import { Monitor } from "./monitor";
import { OpenAlarms, useOpenAlarms } from "./open-alarms";
import { OpenedLately } from "./opened-lately";
import classes from "./patient.module.css";
import { ScoreChart } from "./score-chart";
import { SpanBar } from "./span-bar";
import { Trends } from "./trends";
import { useAxis, useSeed } from "./use-chart";

// Few patients have any: it is fetched when somebody looks.
const Activity = lazy(() => import("./activity"));
const ToldByApps = lazy(() => import("./told-by-apps"));

export default function Chart() {
  const id = Number(useParams<{ patient: string }>().patient);
  // Asked for anew when somebody's right to see has changed: they may have closed it to me.
  const agreements = useAgreements();
  const patient = useQuery({
    queryKey: ["patient", id, agreements],
    queryFn: () => api.patient(id),
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
  const shown = useStanding(patient, id);
  useTitle(shown?.name ?? "Patient");
  if (patient.error instanceof Refused && patient.error.status === 403) {
    return (
      <ClosedRecord
        patient={id}
        isAtRest={patient.error.wants === "rest"}
        onOpened={() => void patient.refetch()}
      />
    );
  }
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the chart" />;
  if (shown.closed.includes("readings")) return <ClosedChart patient={shown} />;
  return <PatientChart key={id} patient={shown} />;
}

/** What is left where the values are closed: who it is, and the alarms. */
function ClosedChart({ patient }: { patient: Patient }) {
  useWatch("patient", patient.id);
  const open = useOpenAlarms(patient.id);
  return (
    <div className={classes.page}>
      <Identity patient={patient} score={null} />
      <OpenAlarms patient={patient.id} alarms={open} />
      <ClosedByPatient patient={patient.id} name={patient.name} />
    </div>
  );
}

function PatientChart({ patient }: { patient: Patient }) {
  useWatch("patient", patient.id);
  const vitals = useSeed(patient.id);
  const infos = useMemo(() => new Map(vitals.map((info) => [info.vital, info])), [vitals]);
  const now = useNow();
  const axis = useAxis();
  const open = useOpenAlarms(patient.id);
  const { score } = useLivePatient(patient.id);
  const [search, setSearch] = useSearchParams();
  return (
    <div className={classes.page}>
      <Identity patient={patient} score={score}>
        <Link href={`/patients/${patient.id}/messages`} className={classes.further}>
          Messages
        </Link>
        <Link href={`/patients/${patient.id}/plan`} className={classes.further}>
          Plan
        </Link>
        <Link href={`/patients/${patient.id}/reports`} className={classes.further}>
          Reports
        </Link>
        <Link href={`/patients/${patient.id}/interval`} className={classes.further}>
          How often
        </Link>
        <Link href={`/patients/${patient.id}/observe`} className={classes.observe}>
          <PlusIcon size={16} /> Observe
        </Link>
      </Identity>
      <OpenedLately patient={patient.id} now={now} />
      <Asked patient={patient.id} />
      <div className={classes.now}>
        <Monitor patient={patient} infos={infos} now={now} />
        <OpenAlarms patient={patient.id} alarms={open} />
      </div>
      <Tabs
        value={search.get("show") ?? "trends"}
        onChange={(tab) =>
          setSearch(tab && tab !== "trends" ? { show: tab } : {}, { replace: true })
        }
        keepMounted={false}
        className={classes.sheet}
      >
        <div className={classes.bar}>
          <Tabs.List>
            <Tabs.Tab value="trends">Trends</Tabs.Tab>
            <Tabs.Tab value="score">{score?.label ?? "Score"} chart</Tabs.Tab>
            <Tabs.Tab value="activity">Activity</Tabs.Tab>
            <Tabs.Tab value="apps">Apps and implants</Tabs.Tab>
          </Tabs.List>
          <SpanBar axis={axis} now={now} />
        </div>
        <Tabs.Panel value="trends">
          <Trends patient={patient} axis={axis} open={open} now={now} />
        </Tabs.Panel>
        <Tabs.Panel value="score">
          <ScoreChart patient={patient} axis={axis} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <Suspense fallback={<Waiting what="Reading what was counted" />}>
            <Activity patient={patient.id} axis={axis} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="apps">
          <Suspense fallback={<Waiting what="Reading what apps told" />}>
            <ToldByApps patient={patient.id} axis={axis} now={now} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
