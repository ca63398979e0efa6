// What a patient lets a relative do besides being told; off until they switch it on.

import { Checkbox } from "@mantine/core";
import { fill, words } from "../../languages/speaking";
import { tellingApi } from "../../telling-api";
import type { Relative } from "../../words";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";

export function Let({ relative, whose }: { relative: Relative; whose: Whose }) {
  const say = words("told");
  const rights = [
    ["reports", say.mayReports, say.mayReportsHow],
    ["letters", say.mayLetters, say.mayLettersHow],
  ] as const;
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
      <legend>{fill(say.besides, { name: relative.name })}</legend>
      {rights.map(([right, label, description]) => (
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
