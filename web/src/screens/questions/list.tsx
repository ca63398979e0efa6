// Which questions there are: those of now, the others of the plan, and what was answered.

import { Button } from "@mantine/core";
import { clockTime } from "../../languages/counting";
import { useNow } from "../../live";
import type { Answered, Asked, Form } from "../../questions-api";
import type { Known } from "./questions";
import classes from "./questions.module.css";
import { type Lang, languageOf, textOf, type Words } from "./words";

type Props = {
  of: Known;
  lang: Lang;
  say: Words;
  isCarer: boolean;
  begin: (form: Form, due: Asked | null, before: Answered | null) => Promise<void>;
};

export function List({ of, lang, say, begin }: Props) {
  const title = (form: Form) => textOf(form.title, languageOf(form.languages, lang));
  const formOf = (url: string) => of.forms.find((form) => form.url === url);
  const asked = of.asked.map((each) => ({ each, form: formOf(each.url) }));
  const free = of.forms.filter(({ url }) => !of.asked.some((each) => each.url === url));
  const answered = of.answered.filter(({ replaced_by }) => replaced_by === null);
  const now = useNow();
  return (
    <>
      <section className={classes.card} aria-labelledby="asked">
        <h2 id="asked">{asked.length > 0 ? say.asked : say.none}</h2>
        {asked.length > 0 && (
          <ul className={classes.list}>
            {asked.map(({ each, form }) => (
              <li key={each.due}>
                <b>{form ? title(form) : each.label}</b>
                <span className={classes.quiet}>
                  {each.is_missed ? say.missed : say.until(clockTime(each.closes, now))}
                </span>
                {form ? (
                  <Button mih={56} size="lg" onClick={() => void begin(form, each, null)}>
                    {say.answer}
                  </Button>
                ) : (
                  <p>{say.gone}</p>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      {free.length > 0 && (
        <section className={classes.card} aria-labelledby="free">
          <h2 id="free">{say.anytime}</h2>
          <p className={classes.quiet}>{say.anytimeHow}</p>
          <ul className={classes.list}>
            {free.map((form) => (
              <li key={form.url}>
                <b>{title(form)}</b>
                <Button mih={48} variant="default" onClick={() => void begin(form, null, null)}>
                  {say.answer}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {answered.length > 0 && (
        <section className={classes.card} aria-labelledby="answered">
          <h2 id="answered">{say.before}</h2>
          <ul className={classes.list}>
            {answered.map((each) => (
              <Before key={each.id} {...{ each, lang, say, begin }} form={formOf(each.url)} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type BeforeProps = Omit<Props, "of" | "isCarer"> & { each: Answered; form: Form | undefined };

function Before({ each, form, lang, say, begin }: BeforeProps) {
  const at = new Date(each.answered).toLocaleString(lang, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const isSame =
    !each.is_begun && form !== undefined && form.version === each.version && each.is_readable;
  return (
    <li>
      <b>{form ? textOf(form.title, languageOf(form.languages, lang)) : each.title}</b>
      <span className={classes.quiet}>
        {at}
        {each.is_begun && ` · ${say.unsent}`}
        {each.points !== null &&
          each.points_max !== null &&
          ` · ${say.points(each.points.toLocaleString(lang), each.points_max.toLocaleString(lang))}`}
      </span>
      {isSame && (
        <div className={classes.acts}>
          <Button
            mih={44}
            variant="default"
            aria-label={`${say.correct}: ${at}`}
            onClick={() => void begin(form, null, each)}
          >
            {say.correct}
          </Button>
        </div>
      )}
    </li>
  );
}
