// What is watched of a patient, or of a ward, and how; and the changing of it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api, type LimitsOf } from "../../api";
import { ChevronIcon } from "../../parts/icons";
import { useTitle } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { Limits, RuleLine } from "../../words";
import { Change } from "./change";
import { History } from "./history";
import classes from "./limits.module.css";
import { RuleList } from "./rule-list";
import { useLimits } from "./use-limits";

export default function LimitsScreen() {
  const params = useParams<{ patient?: string; ward?: string }>();
  const id = parseInt(params.patient ?? params.ward ?? "", 10);
  if (!Number.isInteger(id)) return <Empty title="There is nothing here" />;
  const of: LimitsOf = params.patient === undefined ? { ward: id } : { patient: id };
  return <LimitsOfOne key={`${params.patient}-${params.ward}`} of={of} />;
}

function LimitsOfOne({ of }: { of: LimitsOf }) {
  const limits = useLimits(of);
  const [changing, setChanging] = useState<RuleLine | null>(null);
  return (
    <div className={classes.page}>
      <Head of={of} limits={limits.data} />
      {limits.error && !limits.data ? (
        <Trouble error={limits.error} again={() => void limits.refetch()} />
      ) : !limits.data ? (
        <Waiting what="Asking what is watched" />
      ) : (
        <>
          <Summary of={of} rules={limits.data.rules} />
          <RuleList of={of} rules={limits.data.rules} onChange={setChanging} />
          <History rules={limits.data.rules} lines={limits.data.history} />
        </>
      )}
      <Change of={of} rule={changing} onClose={() => setChanging(null)} />
    </div>
  );
}

function Head({ of, limits }: { of: LimitsOf; limits: Limits | undefined }) {
  const patient = useQuery({
    queryKey: ["patient", of.patient],
    queryFn: () => api.patient(of.patient ?? 0),
    enabled: of.patient !== undefined,
  });
  const name = of.patient === undefined ? (limits?.ward ?? "Ward") : (patient.data?.name ?? "");
  useTitle(name ? `Limits of ${name}` : "Limits");
  const back = of.patient === undefined ? `/wards/${of.ward}` : `/patients/${of.patient}`;
  return (
    <header className={classes.head}>
      <Link href={back} className={classes.back}>
        <ChevronIcon size={14} /> {of.patient === undefined ? "Board" : "Chart"}
      </Link>
      <h1>Limits of {name || "…"}</h1>
      {patient.data && (
        <p>
          {patient.data.age} y · {patient.data.record_number}
          {patient.data.ward && ` · ${patient.data.ward} ${patient.data.bed}`}
        </p>
      )}
    </header>
  );
}

/** One sentence that says it all: how much is not as it was meant. */
function Summary({ of, rules }: { of: LimitsOf; rules: readonly RuleLine[] }) {
  const off = rules.filter((rule) => !rule.is_on).length;
  const changed = rules.filter((rule) => rule.differs).length - off;
  const parts = [
    `${rules.length} rules`,
    changed ? `${changed} with other limits than by default` : "all with their default limits",
    off ? `${off} off` : "",
  ].filter(Boolean);
  return (
    <p className={classes.summary} data-off={off > 0 || undefined}>
      {parts.join(", ")}.{" "}
      {of.patient === undefined
        ? "They hold for every adult of this ward who has none of their own."
        : "What is set here ends when this patient leaves the ward, at the latest."}
    </p>
  );
}
