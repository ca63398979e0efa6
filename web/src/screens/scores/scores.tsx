// Which scores are used for a patient, on a ward, at the whole site; why, and by whose word.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api, type LimitsOf } from "../../api";
import { limitsApi } from "../../limits-api";
import { ChevronIcon } from "../../parts/icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import type { ScoresInUse, ScoreUse, SwitchLine } from "../../words";
import { levelOf, pathOf, scopeOf, when } from "../limits/in-words";
import { Keys, OwnTable } from "./own";
import classes from "./scores.module.css";
import { SwitchDialog } from "./switch";
import { maySwitch, reached, stateOf } from "./use";

const AGAIN_MS = 30_000;

export default function ScoresScreen() {
  const params = useParams<{ patient?: string; ward?: string }>();
  const of = scopeOf(params.patient, params.ward);
  if (of === null) return <Empty title="There is nothing here" />;
  return <ScoresOf key={pathOf(of, "scores")} of={of} />;
}

function ScoresOf({ of }: { of: LimitsOf }) {
  const scores = useQuery({
    queryKey: ["scores-in-use", pathOf(of, "scores")],
    queryFn: () => limitsApi.scoresInUse(of),
    refetchInterval: AGAIN_MS,
  });
  const [changing, setChanging] = useState<ScoreUse | null>(null);
  const canSwitch = maySwitch(of, useMe().person.role);
  if (scores.error && !scores.data)
    return <Trouble error={scores.error} again={() => void scores.refetch()} />;
  if (!scores.data) return <Waiting what="Asking which scores are used" />;
  return (
    <div className={classes.page}>
      <Head of={of} found={scores.data} />
      <Rule found={scores.data} />
      {scores.data.without > 0 && <Without found={scores.data} />}
      <ul className={classes.scores} aria-label="Scores">
        {inOrder(scores.data.scores).map((use) => (
          <Line
            key={use.score}
            of={of}
            use={use}
            onChange={canSwitch ? () => setChanging(use) : null}
          />
        ))}
      </ul>
      {levelOf(of) === "site" && <Keys keys={scores.data.keys} />}
      <History scores={scores.data.scores} lines={scores.data.history} />
      <SwitchDialog of={of} use={changing} onClose={() => setChanging(null)} />
    </div>
  );
}

function Head({ of, found }: { of: LimitsOf; found: ScoresInUse }) {
  const level = levelOf(of);
  const patient = useQuery({
    queryKey: ["patient", of.patient],
    queryFn: () => api.patient(of.patient ?? 0),
    enabled: of.patient !== undefined,
  });
  const name = { patient: patient.data?.name, ward: found.ward, site: "the whole site" }[level];
  useTitle(name ? `Scores of ${name}` : "Scores");
  const isCarer = useMe().person.role !== "administrator";
  const [back, where] =
    level === "patient"
      ? [`/patients/${of.patient}`, "Chart"]
      : level === "ward" && isCarer
        ? [`/wards/${of.ward}`, "Board"]
        : level === "ward"
          ? ["/scores", "The whole site"]
          : ["/system", "System"];
  return (
    <header className={classes.head}>
      <Link href={back} className={classes.back}>
        <ChevronIcon size={14} /> {where}
      </Link>
      <h1>Scores of {name || "…"}</h1>
      <nav aria-label="From where switches come">
        {level !== "site" && <Link href="/scores">The whole site</Link>}
        {level === "patient" && found.ward_id !== null && (
          <Link href={`/wards/${found.ward_id}/scores`}>{found.ward}</Link>
        )}
        <Link href={pathOf(of, "limits")}>Limits</Link>
      </nav>
    </header>
  );
}

/** How it is chosen, in one sentence; of a patient, with the facts that chose. */
function Rule({ found }: { found: ScoresInUse }) {
  if (found.patient_id === null) {
    return (
      <p className={classes.rule}>
        Everybody has the score that is meant for them, by age and pregnancy. Where several are in
        use, a table of the hospital’s own leads before one of the house.
      </p>
    );
  }
  const leading = found.scores.find((use) => use.is_leading);
  const age = found.age === null ? "birth date unknown, scored as an adult" : `${found.age} years`;
  return (
    <p className={classes.rule}>
      {leading ? <b>{leading.label}</b> : "No score"} leads: {age},{" "}
      {found.is_pregnant ? "in pregnancy or within 42 days after birth" : "no recorded pregnancy"}
      {leading?.chart ? `; chart ${leading.chart}.` : "."}
    </p>
  );
}

function Without({ found: { patient_id, without, people } }: { found: ScoresInUse }) {
  return (
    <p role="alert" className={classes.without}>
      {patient_id !== null
        ? "This patient has no early-warning score: nothing here rings by one."
        : `${without} of ${people} patients here have no early-warning score.`}
    </p>
  );
}

function inOrder(scores: readonly ScoreUse[]): ScoreUse[] {
  const rank = (use: ScoreUse) =>
    use.own?.trouble
      ? 0
      : use.is_leading
        ? 1
        : use.is_on && use.is_meant_to_lead
          ? 2
          : use.is_on
            ? 3
            : 4;
  return [...scores].sort((one, other) => rank(one) - rank(other));
}

type LineProps = { of: LimitsOf; use: ScoreUse; onChange: (() => void) | null };

function Line({ of, use, onChange }: LineProps) {
  const [state, words] = stateOf(of, use);
  const own = use.levels.filter((level) => level.by !== null);
  const apart = reached(use);
  return (
    <li className={classes.line} data-score={use.score} data-state={state}>
      <div className={classes.what}>
        <h2>{use.label}</h2>
        <p>
          {use.about.replace(`${use.label}: `, "").replace(/^./, (first) => first.toUpperCase())}
        </p>
        {use.whom && <small>For: {use.whom}</small>}
        {use.own && <OwnTable own={use.own} score={use.score} />}
      </div>
      <div className={classes.state}>
        <b>{words}</b>
        {own.length === 0 && <small>{use.by_default ? "On by default" : "Off by default"}</small>}
        {own.map((level) => (
          <small key={level.scope}>
            {level.is_on ? "On" : "Off"} for {level.name.replace(/^T/, "t")}: {level.by},{" "}
            {when(level.at ?? 0)} <q>{level.reason}</q>
          </small>
        ))}
        {apart && <small>Have their own: {apart}</small>}
      </div>
      {onChange && (
        <Button variant="default" h={44} onClick={onChange} aria-label={`Switch ${use.label}`}>
          Switch
        </Button>
      )}
    </li>
  );
}

function History({ scores, lines }: { scores: readonly ScoreUse[]; lines: readonly SwitchLine[] }) {
  const labels = new Map(scores.map((use) => [use.score, use.label]));
  return (
    <section className={classes.history} aria-labelledby="switches">
      <h2 id="switches">Changes</h2>
      {lines.length === 0 ? (
        <p className={classes.quiet}>Nothing has ever been switched here.</p>
      ) : (
        <ol>
          {lines.map((line) => (
            <li key={line.id}>
              <time>{when(line.at)}</time>
              <div>
                <b>{labels.get(line.score) ?? line.score}</b>{" "}
                {line.is_on === null ? "as what lies above" : line.is_on ? "on" : "off"}
                <small>
                  {line.by}: <q>{line.reason}</q>
                </small>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
