// What is asked now, what may be answered at any time, and what was answered.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useParams } from "wouter";
import { Refused } from "../../api";
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
import { type Answers, fitting, flags as flagsOf, type Line, signs } from "./rules";
import { type Answering, newKey, type Tell, useWarning } from "./warning";
import { direction, type Lang, languageOf, type Words } from "./words";

type Props = {
  patient: number;
  lang: Lang;
  say: Words;
  isCarer?: boolean;
  /** Resolves once it is safe: on the disk, or at the server. */
  send: (answers: NewAnswers) => Promise<void>;
  wayOf: (key: string) => Way;
  /** A warning sign goes out as soon as it is chosen. */
  tell: Tell;
};
/** What was sent last; the list is read anew once it has come, whatever is shown by then. */
type Sent = { key: string; flags: Flag[]; signs: string; chain: string; isShown: boolean };
export type Begun = Answering & {
  replaces: number | null;
  answers: Answers;
  isBegun: boolean;
};

export function QuestionsOf(props: Props) {
  const { patient, lang, say, isCarer = false, send, wayOf, tell } = props;
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
  const keep = ({ form, chain, replaces, ...of }: Begun, answers: Answers, at: number) => {
    const draft = { answers, at, chain, ...(of.isTold && { told: of.told }) };
    if (!isCarer && replaces === null) void drafts.keep(patient, form.url, form.version, draft);
  };
  const said = useRef<Answers>({});
  const warning = useWarning(tell, wayOf, ({ of }) => {
    if (begun && of === begun) keep(begun, said.current, live.now());
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each that is sent, once it has come
  useEffect(() => {
    if (way === "sent") {
      void cache.invalidateQueries({ queryKey: ["questions", patient] });
      void cache.invalidateQueries({ queryKey: ["plans", patient] });
    }
  }, [way, sent?.key, patient, cache]);
  const begin = async (form: Form, due: Asked | null, before: Answered | null) => {
    const draft = isCarer ? null : await drafts.begun(patient, form.url, form.version, live.now());
    const lines = form.items as Line[];
    const kept = draft?.chain ? draft.answers : fitting(lines, draft?.answers ?? {});
    const given = before ? (before.given as Answers) : kept;
    const isBegun = !before && draft !== null;
    const next: Begun = {
      form,
      due: due?.due ?? null,
      replaces: before?.id ?? null,
      answers: given,
      isBegun,
      language: languageOf(form.languages, lang),
      chain: (isBegun && draft?.chain) || newKey(),
      // Of what is corrected the team knows.
      told: before ? signs(lines, given).join("\n") : (draft?.told ?? ""),
      isTold: isBegun && draft?.told !== undefined,
    };
    said.current = given;
    setBegun(next);
    setTrouble("");
    if (isBegun && draft) warning.consider(next, given, draft.at); // the phone was switched off then
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
    const { form, due, replaces, chain, language } = begun;
    const key = newKey();
    const { url, version } = form;
    const body = { key, chain, is_begun: false, url, version, language, due, replaces };
    try {
      await send({ ...body, answered: Math.round(live.now()), answers: { ...answers } });
    } catch (error) {
      const why = isCarer && error instanceof Refused ? ` ${error.message}` : "";
      setTrouble(say.noDisk + why);
      setUnsent(flagsOf(form.items as Line[], answers)[0] ?? null);
      return;
    }
    warning.cancel(); // they went with the answers
    void drafts.done(patient, form.url);
    const lines = form.items as Line[];
    const chosen = signs(lines, answers).join("\n");
    setSent({ key, chain, flags: flagsOf(lines, answers), signs: chosen, isShown: true });
    setBegun(null);
    setTrouble("");
  });
  if (asked.error && !asked.data)
    return (
      <>
        {!isCarer && <PageHead title={say.title} />}
        <Trouble error={asked.error} again={() => void asked.refetch()} />
      </>
    );
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
          knows={warning.knows(begun.chain)}
          isTakenBack={begun.isTold}
          onChange={(answers) => {
            said.current = answers;
            keep(begun, answers, live.now());
            warning.consider(begun, answers, live.now());
          }}
          onSend={(answers) => void finish(answers)}
          onStop={() => {
            warning.go();
            setBegun(null);
          }}
          {...{ lang, say }}
        />
      ) : sent?.isShown && way ? (
        <Done
          flags={sent.flags}
          way={way}
          isKnown={
            warning.warned?.chain === sent.chain &&
            warning.warned.signs === sent.signs &&
            wayOf(warning.warned.key) === "sent"
          }
          telephone={asked.data.emergency_telephone}
          onAll={() => setSent({ ...sent, isShown: false })}
          say={say}
        />
      ) : (
        <List of={asked.data} begin={begin} {...{ lang, say, isCarer }} />
      )}
      {begun && isCarer && (
        <Button
          mih={44}
          variant="default"
          onClick={() => {
            warning.go();
            setBegun(null);
          }}
        >
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
