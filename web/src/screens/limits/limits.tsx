// What is watched of a patient, of a ward or of the whole site, and how; and the changing of it.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api, type LimitsOf } from "../../api";
import { ChevronIcon } from "../../parts/icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import type { Limits, RuleLine } from "../../words";
import { Change } from "./change";
import { History } from "./history";
import { levelOf, pathOf, scopeOf } from "./in-words";
import { Way } from "./levels";
import classes from "./limits.module.css";
import { RuleList } from "./rule-list";
import { useLimits } from "./use-limits";

export default function LimitsScreen() {
  const params = useParams<{ patient?: string; ward?: string }>();
  const of = scopeOf(params.patient, params.ward);
  if (of === null) return <Empty title="There is nothing here" />;
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
          <Way of={of} limits={limits.data} />
          <Summary of={of} rules={limits.data.rules} />
          <RuleList of={of} rules={limits.data.rules} onChange={setChanging} />
          <History rules={limits.data.rules} lines={limits.data.history} />
        </>
      )}
      <Change
        of={of}
        rule={changing}
        current={limits.data?.rules.find(({ rule }) => rule === changing?.rule)}
        begin={setChanging}
        onClose={() => setChanging(null)}
      />
    </div>
  );
}

function Head({ of, limits }: { of: LimitsOf; limits: Limits | undefined }) {
  const patient = useQuery({
    queryKey: ["patient", of.patient],
    queryFn: () => api.patient(of.patient ?? 0),
    enabled: of.patient !== undefined,
  });
  const level = levelOf(of);
  const name = { patient: patient.data?.name, ward: limits?.ward, site: "the whole site" }[level];
  useTitle(name ? `Limits of ${name}` : "Limits");
  const isCarer = useMe().person.role !== "administrator";
  const [back, where] =
    level === "patient"
      ? [`/patients/${of.patient}`, "Chart"]
      : level === "site" || !isCarer
        ? [level === "site" ? "/system" : "/limits", level === "site" ? "System" : "The whole site"]
        : [`/wards/${of.ward}`, "Board"];
  return (
    <header className={classes.head}>
      <Link href={back} className={classes.back}>
        <ChevronIcon size={14} /> {where}
      </Link>
      <h1>Limits of {name || "…"}</h1>
      <Link href={pathOf(of, "scores")} className={classes.beside}>
        Scores in use
      </Link>
      {patient.data && (
        <p>
          {patient.data.age} y · {patient.data.record_number}
          {patient.data.ward && ` · ${patient.data.ward} ${patient.data.bed}`}
        </p>
      )}
    </header>
  );
}

const HOLDS = {
  site: "They hold for every adult on every ward, where neither ward nor patient has another.",
  ward: "They hold for every adult of this ward who has none of their own.",
  patient: "What is set here ends when this patient leaves the ward, at the latest.",
};

/** One sentence that says it all: how much is not as it was meant. */
function Summary({ of, rules }: { of: LimitsOf; rules: readonly RuleLine[] }) {
  const off = rules.filter((rule) => !rule.is_on && rule.differs).length;
  const on = rules.filter((rule) => rule.is_on && !rule.default_is_on).length;
  const changed = rules.filter((rule) => rule.differs).length - off - on;
  const parts = [
    `${rules.length} rules`,
    changed ? `${changed} with other limits than by default` : "all with their default limits",
    off ? `${off} off` : "",
    on ? `${on} on that is off by default` : "",
  ].filter(Boolean);
  return (
    <p className={classes.summary} data-off={off > 0 || undefined}>
      {parts.join(", ")}. {HOLDS[levelOf(of)]}
    </p>
  );
}
