// A patient's own page: who looked at their data, in plain words.

import { useQuery } from "@tanstack/react-query";
import { auditApi } from "../../audit-api";
import { timeOf } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import type { Looked } from "../../words";
import classes from "./audit.module.css";
import { byDay, dayInWords, lookedInWords, roleInWords, whoLooked } from "./looked";

export default function WhoLooked() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.own}>
      <PageHead title={words("looked").title} />
      <p className={classes.lead}>{words("looked").lead}</p>
      <Days patient={patient_id} />
    </div>
  );
}

function Days({ patient }: { patient: number }) {
  const found = useQuery({
    queryKey: ["looked", patient],
    queryFn: () => auditApi.looked(patient),
  });
  const now = useNow();
  if (found.error && !found.data)
    return <Trouble error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <Waiting />;
  if (found.data.length === 0) return <p>{words("looked").nobody}</p>;
  return byDay(found.data).map(({ day, lines }) => (
    <section key={day} className={classes.day} aria-label={dayInWords(lines[0]?.at ?? 0, now)}>
      <h2>{dayInWords(lines[0]?.at ?? 0, now)}</h2>
      <ul>
        {lines.map((line) => (
          <Line key={`${line.person} ${line.role} ${line.purpose} ${line.asked}`} line={line} />
        ))}
      </ul>
    </section>
  ));
}

function Line({ line }: { line: Looked }) {
  return (
    <li data-emergency={line.emergency || undefined}>
      <span>
        <b>
          <bdi>{whoLooked(line)}</bdi>
        </b>{" "}
        <small>{roleInWords(line.role)}</small>
      </span>
      <span>{lookedInWords(line)}</span>
      <small>{fill(words("looked").lastAt, { time: timeOf(line.at) })}</small>
    </li>
  );
}
