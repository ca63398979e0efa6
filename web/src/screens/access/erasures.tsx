// Patients who want to be erased: what it would destroy, what is kept, and two buttons.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { erasing, type Report, type Wish } from "../../erasing-api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import classes from "./access.module.css";

const KEY = ["erasures"];
const DAY = new Intl.DateTimeFormat([], { dateStyle: "long" });

export function Erasures() {
  const asked = useQuery({ queryKey: KEY, queryFn: erasing.wishes });
  if (asked.error && !asked.data) {
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Waiting what="Asking who wants to be erased" />;
  const waiting = asked.data.filter((one) => one.decided === null);
  const inBackups = asked.data.filter((one) => one.is_in_backups);
  return (
    <section className={classes.card} aria-label="To be erased">
      <h2>Patients who want to be erased{waiting.length > 0 && `: ${waiting.length}`}</h2>
      {waiting.length === 0 && <p className={classes.quiet}>Nobody waits for a decision.</p>}
      <ul className={classes.list}>
        {waiting.map((one) => (
          <ToDecide key={one.id} one={one} />
        ))}
      </ul>
      {inBackups.length > 0 && <InBackups done={inBackups} />}
    </section>
  );
}

/** Done here, and not yet everywhere: the rest is done at the server, not at a screen. */
function InBackups({ done }: { done: readonly Wish[] }) {
  const since = Math.min(...done.map((one) => one.decided ?? Number.POSITIVE_INFINITY));
  const who = done.length === 1 ? "One patient was" : `${done.length} patients were`;
  return (
    <p role="status" className={classes.left}>
      {who} erased here since {DAY.format(since)}. Backups from before still say who they were,
      until the operator runs <code>homeward keys rotate</code> on the server, then{" "}
      <code>homeward keys save</code>.
    </p>
  );
}

function ToDecide({ one }: { one: Wish }) {
  const [why, setWhy] = useState("");
  const [isSure, setSure] = useState(false);
  const now = useNow();
  const client = useQueryClient();
  const report = useQuery({ queryKey: [...KEY, one.id], queryFn: () => erasing.report(one.id) });
  const onSettled = () => client.invalidateQueries({ queryKey: KEY, exact: true });
  const refuse = useMutation({
    mutationFn: () => erasing.refuse(one.id, one.patient_id, why),
    onSettled,
  });
  const erase = useMutation({
    mutationFn: () => erasing.carryOut(one.id, one.patient_id),
    onSettled,
  });
  const isBarred = (report.data?.stands_in_the_way.length ?? 1) > 0;
  const wrong = refuse.error ?? erase.error ?? report.error;
  return (
    <li className={classes.line} data-waiting>
      <p className={classes.who}>
        <b>{one.patient}</b> asked {clockTime(one.asked, now)}
      </p>
      {report.data && <Said report={report.data} />}
      <div className={classes.acts}>
        <TextInput
          aria-label={`Why ${one.patient} is not erased`}
          placeholder="Why not: the patient reads it"
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        <Button
          h={44}
          variant="default"
          disabled={why.trim() === ""}
          loading={refuse.isPending}
          onClick={() => refuse.mutate()}
        >
          Refuse
        </Button>
        <Button
          h={44}
          color="red"
          variant={isSure ? "filled" : "outline"}
          disabled={isBarred}
          loading={erase.isPending}
          onClick={() => (isSure ? erase.mutate() : setSure(true))}
        >
          {isSure ? "Erase for good" : "Erase"}
        </Button>
      </div>
      {wrong && (
        <p role="alert" className={classes.wrong}>
          {wrong.message}
        </p>
      )}
    </li>
  );
}

function Said({ report }: { report: Report }) {
  const texts = Object.values(report.destroyed).reduce((sum, each) => sum + each, 0);
  return (
    <>
      {report.stands_in_the_way.length > 0 && (
        <p className={classes.wrong}>Not yet: {report.stands_in_the_way.join("; ")}.</p>
      )}
      <p className={classes.quiet}>
        Destroyed: their key, and with it {texts} texts: who they were and what was written of them.
      </p>
      <ul className={classes.quiet}>
        {report.kept.map((each) => (
          <li key={each}>Kept: {each}</li>
        ))}
        {report.elsewhere.map((each) => (
          <li key={each}>Elsewhere: {each}</li>
        ))}
      </ul>
    </>
  );
}
