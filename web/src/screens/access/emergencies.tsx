// Records opened in an emergency: those nobody has looked at first, each with two buttons.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { access, type Emergency, type Verdict } from "../../access-api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import classes from "./access.module.css";

const KEY = ["emergencies"];

export function Emergencies() {
  const asked = useQuery({ queryKey: KEY, queryFn: access.emergencies, refetchInterval: 10_000 });
  if (asked.error && !asked.data) {
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Waiting what="Asking who opened what" />;
  const waiting = asked.data.filter((one) => one.reviewed === null);
  const done = asked.data.filter((one) => one.reviewed !== null);
  return (
    <>
      <section className={classes.card} aria-label="To be reviewed">
        <h2>Opened in an emergency{waiting.length > 0 && `: ${waiting.length} to review`}</h2>
        {waiting.length === 0 && <p className={classes.quiet}>Nothing waits to be reviewed.</p>}
        <ul className={classes.list}>
          {waiting.map((one) => (
            <ToReview key={one.id} one={one} />
          ))}
        </ul>
      </section>
      {done.length > 0 && (
        <section className={classes.card} aria-label="Reviewed">
          <h2>Reviewed</h2>
          <ul className={classes.list}>
            {done.map((one) => (
              <li key={one.id} className={classes.line}>
                <What one={one} />
                <p className={classes.verdict} data-verdict={one.verdict}>
                  <b>{one.verdict === "justified" ? "Justified" : "Not justified"}</b>, says{" "}
                  {one.reviewed_by}
                  {one.note && `: ${one.note}`}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function What({ one }: { one: Emergency }) {
  const now = useNow();
  return (
    <div>
      <p className={classes.who}>
        <b>{one.person}</b>, {one.role}, opened the record of <b>{one.patient}</b>
      </p>
      <blockquote className={classes.reason}>{one.reason}</blockquote>
      <p className={classes.quiet}>
        {clockTime(one.starts, now)} to {clockTime(one.ends, now)}
        {one.ends > now && ", open now"}
      </p>
    </div>
  );
}

function ToReview({ one }: { one: Emergency }) {
  const [note, setNote] = useState("");
  const client = useQueryClient();
  const review = useMutation({
    mutationFn: (verdict: Verdict) => access.review(one.id, verdict, note),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <li className={classes.line} data-waiting>
      <What one={one} />
      <div className={classes.acts}>
        <TextInput
          aria-label={`A note on what ${one.person} did`}
          placeholder="A note (optional)"
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button h={44} loading={review.isPending} onClick={() => review.mutate("justified")}>
          Justified
        </Button>
        <Button
          h={44}
          variant="default"
          loading={review.isPending}
          onClick={() => review.mutate("not justified")}
        >
          Not justified
        </Button>
      </div>
      {review.error && (
        <p role="alert" className={classes.wrong}>
          {review.error.message}
        </p>
      )}
    </li>
  );
}
