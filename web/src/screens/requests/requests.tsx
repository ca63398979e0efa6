// What patients asked for: corrections to accept or refuse, each with a reason the patient reads.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { type Amendment, type Decision, ownApi } from "../../own-api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import classes from "../access/access.module.css";
import { answerInWords, changeInWords } from "../own/words";

const FIELDS = { name: "Name", birth_date: "Day of birth", sex: "Sex", other: "In their words" };
const ANSWER_MIN = 3;

export default function Requests() {
  const asked = useQuery({ queryKey: ["requests"], queryFn: ownApi.every });
  if (asked.error && !asked.data) {
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Waiting what="Asking what patients want" />;
  const waiting = asked.data.amendments.filter((one) => one.verdict === null);
  const done = asked.data.amendments.filter((one) => one.verdict !== null);
  return (
    <div className={classes.page}>
      <PageHead title="Requests" />
      <section className={classes.card} aria-label="To be answered">
        <h2>Corrections{waiting.length > 0 && `: ${waiting.length} to answer`}</h2>
        {waiting.length === 0 && <p className={classes.quiet}>No patient of yours waits.</p>}
        <ul className={classes.list}>
          {waiting.map((one) => (
            <ToAnswer key={one.id} one={one} />
          ))}
        </ul>
      </section>
      {done.length > 0 && (
        <section className={classes.card} aria-label="Answered">
          <h2>Answered</h2>
          <ul className={classes.list}>
            {done.map((one) => (
              <li key={one.id} className={classes.line}>
                <What one={one} />
                <p className={classes.quiet}>{answerInWords(one)}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function What({ one }: { one: Amendment }) {
  const now = useNow();
  return (
    <div>
      <p className={classes.who}>
        <Link href={`/patients/${one.patient_id}`}>
          <b>{one.patient}</b>
        </Link>{" "}
        {FIELDS[one.field]}: <b>{changeInWords(one)}</b>
      </p>
      <blockquote className={classes.reason}>{one.reason}</blockquote>
      <p className={classes.quiet}>
        {one.asked_by}, {clockTime(one.asked, now)}
      </p>
    </div>
  );
}

function ToAnswer({ one }: { one: Amendment }) {
  const client = useQueryClient();
  const answer = useMutation({
    mutationFn: ({ verdict, words }: { verdict: Decision; words: string }) =>
      ownApi.answer(one.patient_id, one.id, verdict, words),
    onSettled: () => client.invalidateQueries({ queryKey: ["requests"] }),
  });
  return (
    <li className={classes.line} data-waiting>
      <What one={one} />
      <Answer
        who={one.patient}
        isPending={answer.isPending}
        error={answer.error}
        onAnswer={(verdict, words) => answer.mutate({ verdict, words })}
      />
    </li>
  );
}

type AnswerProps = {
  who: string;
  isPending: boolean;
  error: Error | null;
  onAnswer: (verdict: Decision, words: string) => void;
};

/** Why, and two buttons. */
export function Answer({ who, isPending, error, onAnswer }: AnswerProps) {
  const [words, setWords] = useState("");
  const isShort = words.trim().length < ANSWER_MIN;
  return (
    <>
      <div className={classes.acts}>
        <TextInput
          aria-label={`What ${who} is answered`}
          placeholder="Why? The patient reads it"
          maxLength={1000}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button
          h={44}
          disabled={isShort}
          loading={isPending}
          onClick={() => onAnswer("accepted", words)}
        >
          Accept
        </Button>
        <Button
          h={44}
          variant="default"
          disabled={isShort}
          loading={isPending}
          onClick={() => onAnswer("refused", words)}
        >
          Refuse
        </Button>
      </div>
      {error && (
        <p role="alert" className={classes.wrong}>
          {error.message}
        </p>
      )}
    </>
  );
}
