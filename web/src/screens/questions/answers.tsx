// For carers: what a patient answered, the newest first, with the sums over time.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { Trouble, Waiting } from "../../parts/states";
import { type Answered, type Flag, questionsApi } from "../../questions-api";
import own from "../own/own.module.css";
import classes from "./staff.module.css";
import { Trend } from "./trend";
import { nameOf } from "./words";

const SHOWN = 8;
const FLAGS: Record<Flag, string> = {
  now: "They were told to call the emergency number",
  "self-harm": "They may hurt themselves",
  call: "They were told to call you",
};

export default function Answers({ patient }: { patient: number }) {
  const [isWhole, setWhole] = useState(false);
  const answers = useQuery({
    queryKey: ["answers", patient],
    queryFn: () => questionsApi.answers(patient),
    refetchInterval: 60_000,
  });
  if (answers.error && !answers.data)
    return <Trouble error={answers.error} again={() => void answers.refetch()} />;
  if (!answers.data) return <Waiting what="Reading what was answered" />;
  const every = answers.data;
  const stands = every.filter(({ replaced_by }) => replaced_by === null);
  const summed = [...new Set(stands.flatMap(({ url, points }) => (points === null ? [] : [url])))];
  return (
    <section className={own.card} aria-label="Answered questions">
      <h2>Answered questions</h2>
      {every.length === 0 && <p className={own.quiet}>Nothing was answered yet.</p>}
      {summed.map((url) => (
        <Trend key={url} of={stands.filter((each) => each.url === url && each.points !== null)} />
      ))}
      <ul className={own.list}>
        {(isWhole ? every : every.slice(0, SHOWN)).map((each) => (
          <li key={each.id}>
            <One of={each} />
          </li>
        ))}
      </ul>
      <div className={own.acts}>
        {every.length > SHOWN && !isWhole && (
          <Button mih={44} variant="default" onClick={() => setWhole(true)}>
            Show all {every.length}
          </Button>
        )}
        <Button mih={44} variant="default" component={Link} href={`/patients/${patient}/questions`}>
          Ask them now
        </Button>
        <Button mih={44} variant="default" component={Link} href="/questionnaires">
          Which questionnaires there are
        </Button>
      </div>
    </section>
  );
}

function One({ of }: { of: Answered }) {
  const late = of.received - of.answered > 30 * 60_000;
  const worst = of.lines.filter(({ flag }) => flag).length;
  return (
    <details className={classes.one}>
      <summary>
        <b>{of.title}</b>
        <span>{when(of.answered)}</span>
        {of.points !== null && (
          <span>
            {of.points} of {of.points_max}: {of.band}
          </span>
        )}
        {of.flags > 0 && (
          <span className={classes.flag}>
            {of.flags === 1 ? "A warning sign" : `${of.flags} warning signs`}
          </span>
        )}
        {of.is_begun && <span>({begunWords(of)})</span>}
        {of.replaced_by !== null && !of.is_begun && <span>(corrected since)</span>}
      </summary>
      <p className={own.quiet}>
        By {of.person} ({of.role}), in {nameOf(of.language, "en")}, version {of.version}
        {of.replaces !== null && ", a correction"}
        {late && `; came ${when(of.received)}`}
      </p>
      {!of.is_readable && <p>These answers were erased, or their key is not here.</p>}
      {worst === 0 && of.flags > 0 && of.is_readable && (
        <p className={classes.flag}>This version of the questions is not here any more.</p>
      )}
      <dl className={classes.lines}>
        {of.lines.map(({ question, text, answer, flag }) => (
          <div key={question}>
            <dt>{text}</dt>
            <dd className={flag ? classes.flag : undefined}>
              {answer}
              {flag && <small> · {FLAGS[flag]}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function begunWords({ replaced_by, is_taken_back, flags }: Answered): string {
  if (is_taken_back) return "chosen, then changed";
  if (replaced_by !== null) return "begun; see what came after";
  return flags > 0 ? "chosen, not sent yet" : "begun, not sent yet";
}

function when(ms: number): string {
  return new Date(ms).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
