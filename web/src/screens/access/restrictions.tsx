// Records that patients want to rest: to be answered, and those that do, each with its end.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { type Decision, ownApi, type Restriction } from "../../own-api";
import { Trouble, Waiting } from "../../parts/states";
import { groundInWords, restOf } from "../own/words";
import { Answer } from "../requests/requests";
import classes from "./access.module.css";

const KEY = ["restrictions"];

export function Restrictions() {
  const asked = useQuery({ queryKey: KEY, queryFn: ownApi.restrictions });
  if (asked.error && !asked.data) {
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Waiting what="Asking which records rest" />;
  const standing = asked.data.filter((one) => ["waits", "rests"].includes(restOf(one)));
  const waiting = standing.filter((one) => restOf(one) === "waits").length;
  return (
    <section className={classes.card} aria-label="Records that rest">
      <h2>Records that rest{waiting > 0 && `: ${waiting} to answer`}</h2>
      <p className={classes.quiet}>
        Their team cannot open them; devices are watched and alarms ring as before.
      </p>
      {standing.length === 0 && <p className={classes.quiet}>No record rests.</p>}
      <ul className={classes.list}>
        {standing.map((one) =>
          restOf(one) === "waits" ? (
            <ToAnswer key={one.id} one={one} />
          ) : (
            <Resting key={one.id} one={one} />
          ),
        )}
      </ul>
    </section>
  );
}

function What({ one }: { one: Restriction }) {
  const now = useNow();
  return (
    <div>
      <p className={classes.who}>
        <b>{one.patient}</b>: {groundInWords(one.ground).toLowerCase()}
      </p>
      <blockquote className={classes.reason}>{one.reason}</blockquote>
      <p className={classes.quiet}>
        {one.asked_by}, {clockTime(one.asked, now)}
        {one.kept_by && `. Rests; ${one.kept_by} clears it up: ${one.answer}`}
      </p>
    </div>
  );
}

function useAgain() {
  const client = useQueryClient();
  return { onSettled: () => client.invalidateQueries({ queryKey: KEY }) };
}

function ToAnswer({ one }: { one: Restriction }) {
  const [keeper, setKeeper] = useState("");
  const answer = useMutation({
    mutationFn: ({ verdict, words }: { verdict: Decision; words: string }) =>
      ownApi.answerRest(one.id, verdict, words, keeper),
    ...useAgain(),
  });
  return (
    <li className={classes.line} data-waiting>
      <What one={one} />
      <div className={classes.acts}>
        <TextInput
          aria-label={`Who clears it up for ${one.patient}`}
          placeholder="Sign-in name of the nurse or doctor who clears it up (optional)"
          maxLength={100}
          value={keeper}
          onChange={(event) => setKeeper(event.currentTarget.value)}
        />
      </div>
      <Answer
        who={one.patient}
        isPending={answer.isPending}
        error={answer.error}
        onAnswer={(verdict, words) => answer.mutate({ verdict, words })}
      />
    </li>
  );
}

function Resting({ one }: { one: Restriction }) {
  const [why, setWhy] = useState("");
  const end = useMutation({ mutationFn: () => ownApi.endRest(one.id, why), ...useAgain() });
  return (
    <li className={classes.line}>
      <What one={one} />
      <div className={classes.acts}>
        <TextInput
          aria-label={`Why the record of ${one.patient} rests no more`}
          placeholder="Why it rests no more: the patient reads it"
          maxLength={1000}
          value={why}
          error={end.error?.message}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        <Button
          h={44}
          variant="default"
          disabled={why.trim().length < 3}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          Open it again
        </Button>
      </div>
    </li>
  );
}
