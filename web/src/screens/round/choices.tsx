// A question with a few answers: big enough for a thumb, one press each.

import { UnstyledButton } from "@mantine/core";
import { useId } from "react";
import type { Field } from "./entry";
import { NotPossible } from "./not-possible";
import classes from "./observe.module.css";

type Option = { value: string; label: string; mark?: string };
type Props = {
  legend: string;
  hint?: string;
  options: readonly Option[];
  field: Field;
  put: (field: Field) => void;
};

export function Choices({ legend, hint, options, field, put }: Props) {
  const id = useId();
  return (
    <fieldset className={classes.choices} aria-describedby={hint ? id : undefined}>
      <legend>{legend}</legend>
      <NotPossible about={legend} field={field} put={put} />
      {hint && (
        <span id={id} className={classes.hint}>
          {hint}
        </span>
      )}
      <div className={classes.options} data-many={options.length > 2 ? options.length : undefined}>
        {options.map(({ value, label, mark }) => (
          <UnstyledButton
            key={value}
            className={classes.option}
            aria-pressed={field.text === value}
            onClick={() => put({ text: field.text === value ? "" : value })}
          >
            {mark && <b>{mark}</b>}
            <span>{label}</span>
          </UnstyledButton>
        ))}
      </div>
    </fieldset>
  );
}
