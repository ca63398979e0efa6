// One question a page, in big words: back, next, and a look at all of it before it is sent.

import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Form } from "../../questions-api";
import { ToDo, type Way } from "./done";
import { Options } from "./options";
import classes from "./questions.module.css";
import { Review } from "./review";
import {
  type Answers,
  fits,
  flags,
  isAsked,
  kept,
  type Line,
  numberIn,
  shown,
  type Value,
} from "./rules";
import { direction, type Lang, languageOf, nameOf, textOf, type Words } from "./words";

type Props = {
  form: Form;
  lang: Lang;
  say: Words;
  telephone: string;
  begun: Answers;
  isBegun: boolean;
  /** Whether their team knows of the warning sign. */
  knows: Way;
  /** It was told of one that is not chosen any more. */
  isTakenBack: boolean;
  onChange: (answers: Answers) => void;
  onSend: (answers: Answers) => void;
  onStop: () => void;
};

export function Ask(props: Props) {
  const { form, lang, say, telephone, begun, isBegun, onChange, onSend, onStop } = props;
  const { knows, isTakenBack } = props;
  const [answers, setAnswers] = useState<Answers>(begun);
  const [place, setPlace] = useState(0);
  const [trouble, setTrouble] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const language = languageOf(form.languages, lang);
  const pages = useMemo(
    () => shown(form.items as Line[], answers).filter(({ asks }) => asks !== "group"),
    [form, answers],
  );
  const line = pages[place];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page begins at its heading
  useEffect(() => heading.current?.focus(), [place]);

  const keep = (value: Value | undefined): Answers => {
    if (!line) return answers;
    const { [line.link_id]: _, ...others } = answers;
    const next = value === undefined ? others : { ...others, [line.link_id]: value };
    setAnswers(next);
    setTrouble("");
    onChange(next);
    return next;
  };
  const goOn = (next: Answers) => {
    if (!line) return;
    const value = next[line.link_id];
    if (isAsked(line) && value === undefined && line.is_required) setTrouble(say.wanted);
    else if (isAsked(line) && value !== undefined && !fits(line, value))
      setTrouble(boundsOf(line, say, lang) ?? say.wrong);
    else {
      setTrouble("");
      setPlace(place + 1);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    goOn(answers);
  };
  const note =
    language === lang ? null : <p className={classes.quiet}>{say.only(nameOf(language, lang))}</p>;
  // Whoever says a warning sign hears what to do before they go on, and whether they go on or not.
  const [worst] = flags(form.items as Line[], answers);
  const toDo = worst ? (
    <ToDo isBegun way={knows} {...{ worst, telephone, say }} />
  ) : (
    isTakenBack && (
      <p className={classes.asked} role="status">
        {say.takenBack}
      </p>
    )
  );
  if (!line)
    return (
      <>
        {toDo}
        <Review
          {...{ form, language, lang, say, heading }}
          answers={kept(form.items as Line[], answers)}
          onChange={(link_id) => setPlace(pages.findIndex((each) => each.link_id === link_id))}
          onBack={() => setPlace(pages.length - 1)}
          onSend={onSend}
        />
      </>
    );
  const context = contextOf(form.items as Line[], line.link_id);
  return (
    <>
      {toDo}
      <form className={classes.card} onSubmit={submit} noValidate>
        <p className={classes.quiet} role="status">
          {say.step(place + 1, pages.length)}
        </p>
        <div className={classes.progress} aria-hidden>
          <span style={{ inlineSize: `${(100 * (place + 1)) / (pages.length + 1)}%` }} />
        </div>
        {place === 0 && isBegun && <p className={classes.quiet}>{say.kept}</p>}
        {place === 0 && note}
        <div lang={language} dir={direction(language)}>
          {context && <p className={classes.quiet}>{textOf(context, language)}</p>}
          <h2 ref={heading} tabIndex={-1} className={classes.heading} id="question">
            {textOf(line.text ?? {}, language)}
          </h2>
          <Answer
            key={line.link_id}
            line={line}
            language={language}
            value={answers[line.link_id]}
            say={say}
            onSay={keep}
            onChoose={(value) => goOn(keep(value))}
          />
        </div>
        {trouble && <p role="alert">{trouble}</p>}
        <div className={classes.ways}>
          {place > 0 && (
            <Button mih={56} size="lg" variant="default" onClick={() => setPlace(place - 1)}>
              {say.back}
            </Button>
          )}
          <Button mih={56} size="lg" type="submit">
            {isAsked(line) && !line.is_required && answers[line.link_id] === undefined
              ? say.skip
              : say.next}
          </Button>
        </div>
        {place === 0 && (
          <Button mih={48} variant="subtle" onClick={onStop}>
            {say.stop}
          </Button>
        )}
      </form>
    </>
  );
}

type AnswerProps = {
  line: Line;
  language: string;
  value: Value | undefined;
  say: Words;
  onSay: (value: Value | undefined) => void;
  /** Chosen with a finger: that is an answer and a next. */
  onChoose: (value: Value) => void;
};

function Answer({ line, language, value, say, onSay, onChoose }: AnswerProps) {
  const name = { "aria-labelledby": "question", size: "lg" } as const;
  const text = typeof value === "string" ? value : "";
  const typed = (said: string) => onSay(said.trim() === "" ? undefined : said);
  switch (line.asks) {
    case "display":
      return null;
    case "boolean":
    case "choice":
      return <Options {...{ line, language, value, say, onSay, onChoose }} />;
    case "integer":
    case "decimal":
      return <NumberAnswer value={value} isDecimal={line.asks === "decimal"} onSay={onSay} />;
    case "date":
      return (
        <TextInput
          {...name}
          type="date"
          value={text}
          onChange={({ currentTarget }) => onSay(currentTarget.value || undefined)}
        />
      );
    case "string":
      return (
        <TextInput
          {...name}
          maxLength={line.length_max ?? 2000}
          value={text}
          onChange={({ currentTarget }) => typed(currentTarget.value)}
        />
      );
    default:
      return (
        <Textarea
          {...name}
          minRows={4}
          autosize
          maxLength={line.length_max ?? 2000}
          value={text}
          onChange={({ currentTarget }) => typed(currentTarget.value)}
        />
      );
  }
}

type NumberProps = {
  value: Value | undefined;
  isDecimal: boolean;
  onSay: (value: number | undefined) => void;
};

/** Keeps what is typed as it is typed: "0." and "37.0" are on their way to a number. */
function NumberAnswer({ value, isDecimal, onSay }: NumberProps) {
  const [text, setText] = useState(Number.isFinite(value) ? String(value) : "");
  return (
    <TextInput
      aria-labelledby="question"
      size="lg"
      dir="ltr"
      autoComplete="off"
      inputMode={isDecimal ? "decimal" : "numeric"}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        onSay(numberIn(currentTarget.value));
      }}
    />
  );
}

function boundsOf({ low, high }: Line, say: Words, lang: Lang): string | null {
  if (low == null || high == null) return null;
  const written = (number: number) => number.toLocaleString(lang);
  return say.between(written(low), written(high));
}

/** The words over the group that a question stands in. */
function contextOf(lines: readonly Line[], link_id: string, above?: Line["text"]): Line["text"] {
  for (const line of lines) {
    if (line.link_id === link_id) return above;
    const own = line.text && Object.keys(line.text).length > 0 ? line.text : above;
    const found = contextOf(line.items ?? [], link_id, own);
    if (found) return found;
  }
  return undefined;
}
