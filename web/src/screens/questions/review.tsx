// All of it once more, before it is sent.

import { Button } from "@mantine/core";
import type { RefObject } from "react";
import type { Form } from "../../questions-api";
import { inWords } from "./options";
import classes from "./questions.module.css";
import { type Answers, isAsked, type Line, shown } from "./rules";
import { direction, type Lang, textOf, type Words } from "./words";

type Props = {
  form: Form;
  language: string;
  lang: Lang;
  say: Words;
  heading: RefObject<HTMLHeadingElement | null>;
  answers: Answers;
  onChange: (link_id: string) => void;
  onBack: () => void;
  onSend: (answers: Answers) => void;
};

export function Review(props: Props) {
  const { form, language, say, heading, answers, onChange, onBack, onSend } = props;
  const lines = shown(form.items as Line[], answers).filter(isAsked);
  return (
    <section className={classes.card} aria-labelledby="review">
      <h2 ref={heading} tabIndex={-1} className={classes.heading} id="review">
        {say.review}
      </h2>
      <p>{say.reviewHow}</p>
      <dl className={classes.said} lang={language} dir={direction(language)}>
        {lines.map((line) => {
          const question = textOf(line.text ?? {}, language);
          return (
            <div key={line.link_id}>
              <dt>{question}</dt>
              <dd>
                {inWords(line, answers[line.link_id], language, say)}
                <Button
                  mih={44}
                  variant="default"
                  lang={props.lang}
                  aria-label={`${say.change}: ${question}`}
                  onClick={() => onChange(line.link_id)}
                >
                  {say.change}
                </Button>
              </dd>
            </div>
          );
        })}
      </dl>
      <div className={classes.ways}>
        <Button mih={56} size="lg" variant="default" onClick={onBack}>
          {say.back}
        </Button>
        <Button mih={56} size="lg" onClick={() => onSend(answers)}>
          {say.send}
        </Button>
      </div>
    </section>
  );
}
