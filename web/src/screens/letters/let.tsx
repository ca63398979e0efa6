// A patient's messages, for a relative whom they let read and write them.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "wouter";
import { useLanguage } from "../../languages/speaking";
import { lettersApi } from "../../letters-api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useDraft } from "./draft";
import classes from "./letters.module.css";
import { Thread, useLetters, useRead } from "./thread";
import { wordsFor } from "./words";
import { Write } from "./write";

export default function Let() {
  const patient = Number(useParams<{ patient: string }>().patient);
  // Anew for each: half a message to one is never sent to another.
  return <LetOf key={patient} patient={patient} />;
}

function LetOf({ patient }: { patient: number }) {
  const language = useLanguage();
  const { lang, dir, say } = useMemo(() => wordsFor([language]), [language]);
  const cache = useQueryClient();
  const { query, older } = useLetters(patient);
  const letters = query.data?.pages.flatMap((page) => page.letters) ?? [];
  useRead(patient, letters);
  const draft = useDraft(say.failed);
  const page = query.data?.pages[0];
  if (query.error && !page)
    return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!page) return <Waiting what={say.title} />;
  const write = () =>
    draft.sent(async (letter) => {
      await lettersApi.write(patient, letter);
      await cache.invalidateQueries({ queryKey: ["letters", patient] });
    });
  return (
    <div className={classes.page} data-reader="patient" lang={lang} dir={dir}>
      <PageHead title={say.title} />
      <p className={classes.watched}>
        <b>{say.watched}</b> {say.ill(page.emergency_telephone)}
      </p>
      <Write
        label={say.writeAs}
        text={draft.text}
        setText={draft.setText}
        send={() => void write()}
        isSending={draft.isSending}
        trouble={draft.trouble || undefined}
        hint={say.hint}
        say={say}
      />
      <Thread letters={letters} say={say} lang={lang} more={older} />
      {letters.length === 0 && <p className={classes.quiet}>{say.none}</p>}
    </div>
  );
}
