// One number: typed on a keypad, or seen on a device and confirmed. Nothing is filed unseen.

import { UnstyledButton } from "@mantine/core";
import { useId } from "react";
import { inWords } from "../../freshness";
import { CheckIcon } from "../../parts/icons";
import { unitInWords } from "../../units";
import type { ToEnter } from "../../words";
import { type Field, faultOf } from "./entry";
import { NotPossible } from "./not-possible";
import classes from "./observe.module.css";
import type { Seen } from "./seen";

type Props = {
  info: ToEnter;
  field: Field;
  seen: Seen | null;
  put: (field: Field) => void;
  confirm: (seen: Seen) => void;
};

export function NumberField({ info, field, seen, put, confirm }: Props) {
  const id = useId();
  const fault = faultOf(field.text, info);
  const unit = unitInWords(info.units[0] ?? "");
  return (
    <div className={classes.field} data-fault={fault !== null || undefined}>
      <label htmlFor={id}>
        {LABELS.get(info.vital) ?? info.label} <small>{unit}</small>
      </label>
      <input
        id={id}
        inputMode={info.decimals > 0 ? "decimal" : "numeric"}
        autoComplete="off"
        enterKeyHint="next"
        value={field.text}
        placeholder={field.absent ? "" : (seen?.text ?? "")}
        disabled={field.absent !== undefined}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-below`}
        onChange={(event) => put({ text: event.currentTarget.value })}
      />
      <span id={`${id}-below`} className={classes.below} role={fault ? "alert" : undefined}>
        {fault ?? below(field, seen)}
      </span>
      {seen?.isNow && field.text === "" && !field.absent ? (
        <UnstyledButton
          className={classes.confirm}
          aria-label={`${LABELS.get(info.vital) ?? info.label} ${seen.text}: seen, take it`}
          onClick={() => confirm(seen)}
        >
          <CheckIcon /> {seen.text}
        </UnstyledButton>
      ) : (
        <NotPossible about={LABELS.get(info.vital) ?? info.label} field={field} put={put} />
      )}
    </div>
  );
}

const LABELS = new Map(
  Object.entries({
    respiratory_rate: "Respirations",
    systolic: "Systolic",
    diastolic: "Diastolic",
    temperature: "Temperature",
    capillary_refill: "Capillary refill",
  }),
);

function below(field: Field, seen: Seen | null): string {
  if (field.device) return `Seen on ${field.device}`;
  if (field.text !== "" || field.absent) return "";
  if (!seen) return "";
  const when = seen.ageMs < 3_000 ? "now" : `${inWords(seen.ageMs)} ago`;
  return seen.isNow ? `From ${seen.device ?? "a device"}, ${when}` : `Last ${seen.text}, ${when}`;
}
