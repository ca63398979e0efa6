// For carers: what one patient and the team write to each other.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api, Refused } from "../../api";
import { type Letter, lettersApi } from "../../letters-api";
import { live, useWatch } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useStanding } from "../../standing";
import { useDraft } from "./draft";
import classes from "./letters.module.css";
import { spoken, TEMPLATES } from "./templates";
import { momentOf, Thread, useLetters, useRead } from "./thread";
import { languageNamed, wordsFor } from "./words";
import { Write } from "./write";

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const shown = useStanding(patient, id);
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the record" />;
  const { name, record_number, birth_date } = shown;
  return (
    <div className={classes.page}>
      <PageHead title={`Messages with ${name}`}>
        <Button component={Link} href={`/patients/${id}`} variant="default" h={44}>
          Back to the chart
        </Button>
      </PageHead>
      <p className={classes.quiet}>
        {record_number}, born {birth_date}
      </p>
      <Letters key={id} patient={id} name={name} />
    </div>
  );
}

function Letters({ patient, name }: { patient: number; name: string }) {
  useWatch("patient", patient);
  const { say } = wordsFor(["en"]);
  const { query, older } = useLetters(patient);
  const letters = query.data?.pages.flatMap((page) => page.letters) ?? [];
  useRead(patient, letters);
  const page = query.data?.pages[0];
  if (query.error && !page)
    return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!page) return <Waiting what="Reading the messages" />;
  const open = letters.find(isOpen);
  return (
    <>
      <p className={classes.watched}>
        Patients are told that messages are not watched around the clock.
        {!page.has_account && ` ${name} has no account and cannot read here: call them.`}
      </p>
      <WriteTo patient={patient} name={name} language={page.language} />
      {open && <NoAnswer patient={patient} until={open.id} />}
      <Thread
        letters={letters}
        say={say}
        lang="en-GB"
        isTeam
        more={older}
        mark={(letter) => <Mark letter={letter} />}
      />
      {letters.length === 0 && <p className={classes.quiet}>{say.none}</p>}
    </>
  );
}

const isOpen = ({ answer_by, settled }: Letter) => answer_by !== null && settled === null;

/** To a patient's own: who of the team has read it, and whether it waits for an answer. */
function Mark({ letter }: { letter: Letter }) {
  if (letter.side === "team") return null;
  const readers = letter.read_by.map(({ name, at }) => `${name}, ${momentOf(at, "en-GB")}`);
  return (
    <>
      {readers.length > 0 && <small>Also read by {readers.join("; ")}</small>}
      {isOpen(letter) && (
        <small className={classes.late}>
          {(letter.answer_by ?? 0) <= live.now()
            ? "Late: waits for an answer since "
            : "Answer by "}
          {momentOf(letter.answer_by ?? 0, "en-GB")}
        </small>
      )}
    </>
  );
}

function NoAnswer({ patient, until }: { patient: number; until: number }) {
  const cache = useQueryClient();
  const [trouble, setTrouble] = useState("");
  const settle = async () => {
    try {
      await lettersApi.settle(patient, until);
      await cache.invalidateQueries({ queryKey: ["letters", patient] });
    } catch (error) {
      setTrouble(error instanceof Refused ? error.message : "This failed. Try again.");
    }
  };
  return (
    <div className={classes.foot}>
      <p className={classes.quiet} role="status">
        {trouble || "Answered otherwise, or there is nothing to answer?"}
      </p>
      <Button variant="default" h={44} onClick={() => void settle()}>
        Needs no answer
      </Button>
    </div>
  );
}

type WriteProps = { patient: number; name: string; language: string };

function WriteTo({ patient, name, language }: WriteProps) {
  const cache = useQueryClient();
  const { say } = wordsFor(["en"]);
  const draft = useDraft(say.failed);
  const write = () =>
    draft.sent(async (letter) => {
      await lettersApi.write(patient, letter);
      await cache.invalidateQueries({ queryKey: ["letters", patient] });
    });
  return (
    <Write
      label={`Write to ${name}, in ${languageNamed(language)}`}
      text={draft.text}
      setText={draft.setText}
      send={() => void write()}
      isSending={draft.isSending}
      trouble={draft.trouble || undefined}
      hint="They are told that there is a message, without a word of it. No files for now."
      say={say}
    >
      <Templates language={language} choose={draft.setText} />
    </Write>
  );
}

type TemplatesProps = { language: string; choose: (text: string) => void };

export function Templates({ language, choose }: TemplatesProps) {
  return (
    <div className={classes.templates}>
      {TEMPLATES.map(({ title, text }) => (
        <Button
          key={title}
          variant="default"
          h={44}
          title={text[spoken(language)]}
          onClick={() => choose(text[spoken(language)])}
        >
          {title}
        </Button>
      ))}
    </div>
  );
}
