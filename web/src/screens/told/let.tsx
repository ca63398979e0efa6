// What a patient lets a relative do besides being told; off until they switch it on.

import { Checkbox } from "@mantine/core";
import { tellingApi } from "../../telling-api";
import type { Relative } from "../../words";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";

const RIGHTS = [
  [
    "reports",
    "May read my reports",
    "Measured values too, as on My reports. Nothing can be changed.",
  ],
  [
    "letters",
    "May read and write messages",
    "All that you and your care team write to each other.",
  ],
] as const;

export function Let({ relative, whose }: { relative: Relative; whose: Whose }) {
  const act = useChoice(
    (may: string[]) => tellingApi.letRelative(whose.patient, relative.id, may),
    () => undefined,
  );
  const toggle = (right: string) =>
    act.mutate(
      relative.may.includes(right)
        ? relative.may.filter((each) => each !== right)
        : [...relative.may, right],
    );
  return (
    <fieldset className={classes.hears}>
      <legend>Besides, {relative.name}</legend>
      {RIGHTS.map(([right, label, description]) => (
        <Checkbox
          key={right}
          size="md"
          checked={relative.may.includes(right)}
          disabled={act.isPending}
          label={label}
          description={description}
          onChange={() => toggle(right)}
        />
      ))}
      {act.error && (
        <p role="alert" className={classes.wrong}>
          {act.error.message}
        </p>
      )}
    </fieldset>
  );
}
