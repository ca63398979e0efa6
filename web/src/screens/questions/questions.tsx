// What is asked now, what may be answered at any time, and what was answered.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useParams } from "wouter";
import { useOnce } from "../../home/once";
import { live } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import {
  type Answered,
  type Asked,
  type Flag,
  type Form,
  type NewAnswers,
  type Questions,
  questionsApi,
} from "../../questions-api";
import { Ask } from "./ask";
import { Done, ToDo, type Way } from "./done";
import { drafts } from "./drafts";
import { List } from "./list";
import classes from "./questions.module.css";
import { type Answers, flags as flagsOf, type Line } from "./rules";
import { direction, type Lang, languageOf, type Words } from "./words";

type Props = {
  patient: number;
  lang: Lang;
  say: Words;
  isCarer?: boolean;
  /** Resolves once it is safe: on the disk, or at the server. */
  send: (answers: NewAnswers) => Promise<void>;
  wayOf: (key: string) => Way;
};
/** What was sent last; the list is read anew once it has come, whatever is shown by then. */
type Sent = { key: string; flags: Flag[]; isShown: boolean };
export type Begun = {
  form: Form;
  due: number | null;
  replaces: number | null;
  answers: Answers;
  isBegun: boolean;
};

export function QuestionsOf({ patient, lang, say, isCarer = false, send, wayOf }: Props) {
  const cache = useQueryClient();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [trouble, setTrouble] = useState("");
  const [unsent, setUnsent] = useState<Flag | null>(null);
  const wanted = useParams<{ due?: string }>();
  const asked = useQuery({
    queryKey: ["questions", patient],
    queryFn: () => reach(patient, isCarer),
    refetchInterval: 60_000,
  });
  const way = sent ? wayOf(sent.key) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each that is sent, once it has come
  useEffect(() => {
    if (way === "sent") {
      void cache.invalidateQueries({ queryKey: ["questions", patient] });
      void cache.invalidateQueries({ queryKey: ["plans", patient] });
    }
  }, [way, sent?.key, patient, cache]);
  const begin = async (form: Form, due: Asked | null, before: Answered | null) => {
    const draft = isCarer ? null : await drafts.begun(patient, form.url, form.version, live.now());
    const given = before ? (before.given as Answers) : (draft?.answers ?? {});
    const isBegun = !before && draft !== null;
    setBegun({
      form,
      due: due?.due ?? null,
      replaces: before?.id ?? null,
      answers: given,
      isBegun,
    });
    setTrouble("");
  };
  const due = Number(wanted.due);
  const hasCome = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when what was wanted is known
  useEffect(() => {
    const one = asked.data?.asked.find((each) => each.due === due);
    const form = asked.data?.forms.find(({ url }) => url === one?.url);
    if (hasCome.current || !one || !form) return;
    hasCome.current = true;
    void begin(form, one, null);
  }, [asked.data, due]);
  const finish = useOnce(async (answers: Answers) => {
    if (!begun) return;
    const { form, due, replaces } = begun;
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const language = languageOf(form.languages, lang);
    const body = { key, url: form.url, version: form.version, language, due, replaces };
    try {
      await send({ ...body, answered: Math.round(live.now()), answers: { ...answers } });
    } catch {
      setTrouble(say.noDisk);
      setUnsent(flagsOf(form.items as Line[], answers)[0] ?? null);
      return;
    }
    void drafts.done(patient, form.url, form.version);
    setSent({ key, flags: flagsOf(form.items as Line[], answers), isShown: true });
    setBegun(null);
    setTrouble("");
  });
  if (asked.error && !asked.data)
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  if (!asked.data) return <Waiting what={say.title} />;
  return (
    <div className={classes.page} lang={lang} dir={direction(lang)}>
      {!isCarer && <PageHead title={say.title} />}
      {unsent && trouble && (
        <ToDo worst={unsent} way="waits" telephone={asked.data.emergency_telephone} say={say} />
      )}
      {trouble && <p role="alert">{trouble}</p>}
      {asked.data.isOld && !begun && <p className={classes.asked}>{say.old}</p>}
      {begun ? (
        <Ask
          key={`${begun.form.url} ${begun.due} ${begun.replaces}`}
          form={begun.form}
          begun={begun.answers}
          isBegun={begun.isBegun}
          telephone={asked.data.emergency_telephone}
          onChange={(answers) => {
            const at = { answers, at: live.now() };
            if (!isCarer && begun.replaces === null)
              void drafts.keep(patient, begun.form.url, begun.form.version, at);
          }}
          onSend={(answers) => void finish(answers)}
          onStop={() => setBegun(null)}
          {...{ lang, say }}
        />
      ) : sent?.isShown && way ? (
        <Done
          flags={sent.flags}
          way={way}
          telephone={asked.data.emergency_telephone}
          onAll={() => setSent({ ...sent, isShown: false })}
          say={say}
        />
      ) : (
        <List of={asked.data} begin={begin} {...{ lang, say, isCarer }} />
      )}
      {begun && isCarer && (
        <Button mih={44} variant="default" onClick={() => setBegun(null)}>
          {say.all}
        </Button>
      )}
    </div>
  );
}

export type Known = Questions & { isOld: boolean };

/** What is asked; without a network what was asked last time on this device. */
async function reach(patient: number, isCarer: boolean): Promise<Known> {
  try {
    const asked = await questionsApi.questions(patient);
    if (!isCarer) void drafts.keepAsked(patient, asked);
    return { ...asked, isOld: false };
  } catch (error) {
    const before = isCarer || navigator.onLine ? undefined : await drafts.lastTime(patient);
    if (!before) throw error;
    return { ...before, isOld: true };
  }
}
