// Answers to choose from: one tap is an answer and a next; with the keyboard arrows choose, and
// Enter goes on.

import classes from "./questions.module.css";
import type { Line, Value } from "./rules";
import { textOf, type Words } from "./words";

type Props = {
  line: Line;
  language: string;
  value: Value | undefined;
  say: Words;
  onSay: (value: Value) => void;
  onChoose: (value: Value) => void;
};

export function Options({ line, language, value, say, onSay, onChoose }: Props) {
  const options: [Value, string][] =
    line.asks === "boolean"
      ? [
          [false, say.no],
          [true, say.yes],
        ]
      : (line.options ?? []).map(({ code, text }) => [code, textOf(text, language)]);
  return (
    <div role="radiogroup" aria-labelledby="question" className={classes.choices}>
      {options.map(([each, words]) => (
        <label key={String(each)} className={classes.choice}>
          <input
            type="radio"
            name={line.link_id}
            checked={value === each}
            onChange={() => onSay(each)}
            onClick={(event) => {
              // The second of two taps meets the next question, which it must not answer.
              if (event.detail > 1) event.preventDefault();
              else if (event.detail > 0) onChoose(each);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}

/** An answer in words. */
export function inWords(
  line: Line,
  value: Value | undefined,
  language: string,
  say: Words,
): string {
  if (value === undefined) return say.left;
  if (typeof value === "boolean") return value ? say.yes : say.no;
  if (typeof value === "number") return value.toLocaleString(language);
  const option = line.options?.find(({ code }) => code === value);
  if (option) return textOf(option.text, language);
  if (line.asks !== "date") return value;
  return new Date(`${value}T12:00:00`).toLocaleDateString(language, { dateStyle: "long" });
}
