// Why something could not be observed: said, never just left out.

import type { Absent } from "../../words";
import { REASONS } from "../patient/entered-words";
import type { Field } from "./entry";
import classes from "./observe.module.css";

type Props = { about: string; field: Field; put: (field: Field) => void };

export function NotPossible({ about, field, put }: Props) {
  return (
    <select
      className={classes.absent}
      aria-label={`${about} not possible`}
      value={field.absent ?? ""}
      data-set={field.absent !== undefined || undefined}
      onChange={(event) => {
        const reason = event.currentTarget.value as Absent | "";
        put(reason === "" ? { text: "" } : { text: "", absent: reason });
      }}
    >
      <option value="">Not possible…</option>
      {Object.entries(REASONS).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
