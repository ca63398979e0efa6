// The observation round: every bed of a ward, whom to see first on top.

import { Button } from "@mantine/core";
import { Link, useParams } from "wouter";
import { useNow, useWatch } from "../../live";
import { useOpened } from "../../my-wards";
import { ScoreBadge } from "../../parts/score-badge";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import type { BedRound, Round } from "../../words";
import { REASONS } from "../patient/entered-words";
import { lasting } from "./entry";
import { howOften } from "./often";
import classes from "./round.module.css";
import { nextOf, useRound } from "./use-round";

const SOON_MS = 60 * 60_000;

export default function RoundScreen() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  return Number.isInteger(ward) ? <OfWard ward={ward} /> : <Empty title="No such ward" />;
}

function OfWard({ ward }: { ward: number }) {
  useWatch("ward", ward);
  useOpened(useMe().person.id, ward);
  const round = useRound(ward);
  const now = useNow();
  useTitle(round.data ? `Round, ${round.data.ward}` : "Round");
  if (round.error && !round.data)
    return <Trouble error={round.error} again={() => void round.refetch()} />;
  if (!round.data) return <Waiting what="Loading the round" />;
  return <Beds round={round.data} now={now} isOld={round.error !== null} />;
}

function Beds({ round, now, isOld }: { round: Round; now: number; isOld: boolean }) {
  const beds = round.beds.filter((bed) => bed.patient);
  const empty = round.beds.filter((bed) => !bed.patient);
  const due = beds.filter((bed) => (bed.due ?? 0) <= now);
  const soon = beds.filter((bed) => (bed.due ?? 0) > now && (bed.due ?? 0) <= now + SOON_MS);
  const next = nextOf(beds, null, now) ?? beds[0];
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>
          Observation round
          <Link href={`/wards/${round.ward_id}`}>{round.ward}</Link>
        </h1>
        <p className={classes.counts} role="status">
          <b data-some={due.length > 0 || undefined}>{due.length} due</b>
          <span>{soon.length} more within the hour</span>
          {isOld && <em>Not up to date: the server cannot be reached.</em>}
        </p>
        {next?.patient && (
          <Button
            component={Link}
            href={at(next.patient.id, round.ward_id)}
            size="md"
            h={48}
            className={classes.start}
          >
            {due.length > 0 ? "Start" : "Observe"}: {next.bed} {next.patient.name}
          </Button>
        )}
      </div>
      {beds.length === 0 && <Empty title="Nobody lies on this ward" />}
      <ol className={classes.beds} aria-label="Whom to observe, most overdue first">
        {beds.map((bed) => (
          <Line key={bed.patient?.id} bed={bed} ward={round.ward_id} now={now} />
        ))}
      </ol>
      {empty.length > 0 && (
        <p className={classes.empty}>
          Empty: {empty.map((bed) => bed.bed).join(", ")}. Nothing to do there.
        </p>
      )}
    </div>
  );
}

const at = (patient: number, ward: number) => `/patients/${patient}/observe?round=${ward}`;

function Line({ bed, ward, now }: { bed: BedRound; ward: number; now: number }) {
  const { patient, due, parts } = bed;
  if (!patient || due === null) return null;
  const late = now - due;
  const state = late >= 0 ? (late > SOON_MS / 4 ? "late" : "due") : "later";
  const wanted = parts.filter((part) => part.due <= Math.max(now, due));
  const isAll = wanted.length === parts.length && parts.length > 1;
  const off = parts.filter((part) => part.put_off);
  return (
    <li>
      <Link href={at(patient.id, ward)} className={classes.line} data-state={state}>
        <b className={classes.bed}>{bed.bed}</b>
        <span className={classes.who}>
          <b>{patient.name}</b>
          <span>
            {patient.age} y, {patient.record_number}
          </span>
        </span>
        <ScoreBadge score={bed.score} />
        <span className={classes.when}>
          <b>
            {late >= 60_000
              ? `${lasting(late)} overdue`
              : late >= 0
                ? "Due now"
                : `in ${lasting(-late)}`}
          </b>
          <span>{howOften(bed, now)}</span>
        </span>
        <span className={classes.what}>
          {bed.score === null ? (
            "Never observed here"
          ) : (
            <>
              {late >= 0 ? "" : "Next: "}
              {isAll ? "Everything" : wanted.map((part) => part.label).join(", ")}
            </>
          )}
          {off.length > 0 && (
            <em>Put off: {off.map((part) => `${part.label} (${put(part.put_off)})`).join(", ")}</em>
          )}
        </span>
      </Link>
    </li>
  );
}

function put(reason: BedRound["parts"][number]["put_off"]): string {
  return reason ? REASONS[reason].toLowerCase() : "";
}
