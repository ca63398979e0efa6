// A patient's messages with their team. What they write is on this device's disk before it is sent.

import { Button } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useOnce } from "../../home/once";
import { sending, useOutbox } from "../../home/sending";
import { useLanguage } from "../../languages/speaking";
import { newKey } from "../../letters-api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import classes from "./letters.module.css";
import { Thread, useLetters, useRead } from "./thread";
import { type Words, wordsFor } from "./words";
import { Write } from "./write";

export default function Mine() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return <Messages patient={patient_id} />;
}

function Messages({ patient }: { patient: number }) {
  useEffect(() => sending.start(patient), [patient]);
  const language = useLanguage();
  const { lang, dir, say } = useMemo(() => wordsFor([language]), [language]);
  const { query, older } = useLetters(patient, useOutbox().lettersSent);
  const letters = query.data?.pages.flatMap((page) => page.letters) ?? [];
  useRead(patient, letters);
  const telephone = query.data?.pages[0]?.emergency_telephone ?? "";
  return (
    <div className={classes.page} data-reader="patient" lang={lang} dir={dir}>
      <PageHead title={say.title} />
      <p className={classes.watched}>
        <b>{say.watched}</b> {say.ill(telephone)}
      </p>
      <WriteOwn patient={patient} say={say} />
      {query.isPending && !query.error && <Waiting what={say.title} />}
      {query.error && !query.data && (
        <Trouble error={query.error} again={() => void query.refetch()} />
      )}
      <Thread letters={letters} say={say} lang={lang} first={<Unsent say={say} />} more={older} />
      {query.data && letters.length === 0 && <p className={classes.quiet}>{say.none}</p>}
    </div>
  );
}

function WriteOwn({ patient, say }: { patient: number; say: Words }) {
  const [text, setText] = useState("");
  const [isBroken, setIsBroken] = useState(false);
  const write = useOnce(async () => {
    const letter = { key: newKey(), text };
    const kept = await sending.add([{ patient, meter: "", zone: "UTC", letter }]).then(
      () => true,
      () => false,
    );
    setIsBroken(!kept);
    if (kept) setText("");
  });
  return (
    <Write
      label={say.write}
      text={text}
      setText={setText}
      send={() => void write()}
      isSending={false}
      trouble={isBroken ? say.noDisk : undefined}
      hint={say.hint}
      say={say}
    />
  );
}

/** What is on this device alone: waiting, or not taken. */
function Unsent({ say }: { say: Words }) {
  const waiting = useOutbox().waiting.filter(({ letter }) => letter);
  return waiting.map(({ id, letter, refused }) => (
    <li key={`waits ${id}`} className={classes.letter} data-own data-waits>
      <p dir="auto">{letter?.text}</p>
      <small role="status">{refused === undefined ? say.waits : `${say.refused} ${refused}`}</small>
      {refused !== undefined && (
        <Button variant="default" onClick={() => void sending.drop([id])}>
          {say.drop}
        </Button>
      )}
    </li>
  ));
}
