// The changing of a plan: its lines with their times and days, in which language the patient is
// told, and when a carer is.

import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { PlusIcon } from "../../parts/icons";
import { type NewPlan, type Plan, planApi } from "../../plan-api";
import { useMe } from "../../session";
import { WhichForm } from "../questions/which";
import {
  DAYS,
  type Draft,
  draftOf,
  faults,
  LANGUAGES,
  LINES_MAX,
  type Line,
  MEASURED,
  newLine,
  saidOf,
  TIMES_MAX,
  waits,
} from "./draft";
import classes from "./edit.module.css";
import { FirstChoice } from "./first-told";

type Props = { patient: number; plan: Plan; onDone: (isChanged: boolean) => void };
const KINDS = {
  measure: "Measurement",
  medicine: "Medicine",
  questionnaire: "Questions",
  task: "Task",
} as const;

export default function Edit({ patient, plan, onDone }: Props) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(plan));
  const [wasTried, setWasTried] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [kept, setKept] = useState("");
  const isDoctor = useMe().person.role === "doctor";
  const wrong = faults(draft);
  const shown = wasTried ? wrong : new Map<string, string>();
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setKept("");
  };
  const save = async (how: (said: NewPlan) => Promise<void>, then: () => void) => {
    setWasTried(true);
    setTrouble("");
    if (wrong.size > 0) return;
    try {
      await how(saidOf(plan.condition, draft, plan.id));
      then();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "This failed. Try again.");
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(
      (said) => planApi.change(patient, said),
      () => onDone(true),
    );
  };
  const add = (kind: keyof typeof KINDS) =>
    change({ lines: [...draft.lines, newLine(draft.lines, kind)] });
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {draft.lines.map((line) => (
        <LineFields
          key={line.key}
          line={line}
          wrong={shown.get(line.key)}
          change={(part) =>
            change({
              lines: draft.lines.map((one) => (one.key === line.key ? { ...one, ...part } : one)),
            })
          }
          remove={() => change({ lines: draft.lines.filter(({ key }) => key !== line.key) })}
        />
      ))}
      {draft.lines.length < LINES_MAX && (
        <fieldset className={classes.add}>
          <legend>Add a line</legend>
          {Object.entries(KINDS).map(([kind, name]) => (
            <Button
              key={kind}
              variant="default"
              h={44}
              leftSection={<PlusIcon size={18} />}
              onClick={() => add(kind as keyof typeof KINDS)}
            >
              {name}
            </Button>
          ))}
        </fieldset>
      )}
      <div className={classes.pair}>
        <NativeSelect
          label="The patient is told in"
          size="md"
          value={draft.language}
          data={LANGUAGES}
          onChange={(event) => change({ language: event.currentTarget.value })}
        />
        <NativeSelect
          label="A carer is told of what is missed"
          size="md"
          value={draft.carerAfter === null ? "" : String(draft.carerAfter)}
          data={waits(plan.carer_after_minutes)}
          onChange={({ currentTarget: { value } }) =>
            change({ carerAfter: value === "" ? null : Number(value) })
          }
        />
      </div>
      <FirstChoice
        patient={patient}
        first={plan.first_rota}
        chosen={draft.first}
        choose={(first) => change({ first })}
      />
      {(trouble || shown.get("")) && (
        <p role="alert" className={classes.wrong}>
          {trouble || shown.get("")}
        </p>
      )}
      {kept && <p role="status">{kept}</p>}
      <div className={classes.ends}>
        {isDoctor && (
          <Button
            variant="default"
            h={44}
            className={classes.template ?? ""}
            onClick={() =>
              void save(planApi.keep, () =>
                setKept("Plans of this kind begin like this from now on, in the whole house."),
              )
            }
          >
            Keep as our template
          </Button>
        )}
        <Button variant="default" h={44} onClick={() => onDone(false)}>
          Cancel
        </Button>
        <Button type="submit" h={44}>
          Save the plan
        </Button>
      </div>
    </form>
  );
}

type LineProps = {
  line: Line;
  wrong: string | undefined;
  change: (part: Partial<Line>) => void;
  remove: () => void;
};

function LineFields({ line, wrong, change, remove }: LineProps) {
  const isOdd = (of: readonly string[]) => of.join() === line.vitals.join();
  const time = (place: number, value: string) =>
    change({ at: line.at.map((one, index) => (index === place ? value : one)) });
  return (
    <fieldset className={classes.line} data-wrong={wrong !== undefined || undefined}>
      <legend>{line.label || "A new line"}</legend>
      <div className={classes.pair}>
        <TextInput
          label="What"
          size="md"
          maxLength={120}
          value={line.label}
          onChange={(event) => change({ label: event.currentTarget.value })}
        />
        {line.kind === "questionnaire" && (
          <WhichForm
            url={line.reference}
            onChoose={(reference, title) =>
              change({ reference, label: line.label.trim() === "" ? title : line.label })
            }
          />
        )}
        {line.kind === "measure" && (
          <NativeSelect
            label="Measured"
            size="md"
            value={line.vitals.join()}
            data={[
              ...MEASURED.map(({ label, vitals }) => ({ value: vitals.join(), label })),
              ...(MEASURED.some(({ vitals }) => isOdd(vitals))
                ? []
                : [{ value: line.vitals.join(), label: line.vitals.join(", ") }]),
            ]}
            onChange={(event) => change({ vitals: event.currentTarget.value.split(",") })}
          />
        )}
      </div>
      <div className={classes.times}>
        {line.at.map((at, place) => (
          <div key={place} className={classes.time}>
            <TextInput
              type="time"
              size="md"
              aria-label={`${line.label}: time ${place + 1}`}
              value={at}
              onChange={(event) => time(place, event.currentTarget.value)}
            />
            {line.at.length > 1 && (
              <Button
                variant="subtle"
                h={44}
                px={12}
                aria-label={`${line.label}: without ${at}`}
                onClick={() => change({ at: line.at.filter((_, index) => index !== place) })}
              >
                ✕
              </Button>
            )}
          </div>
        ))}
        {line.at.length < TIMES_MAX && (
          <Button
            variant="default"
            h={44}
            aria-label={`${line.label}: another time`}
            onClick={() => change({ at: [...line.at, ""] })}
          >
            Another time
          </Button>
        )}
      </div>
      <fieldset className={classes.days} aria-label={`${line.label}: days`}>
        {DAYS.map((name, day) => (
          <Checkbox
            key={name}
            size="md"
            label={name}
            checked={line.weekdays.includes(day)}
            onChange={() =>
              change({
                weekdays: line.weekdays.includes(day)
                  ? line.weekdays.filter((one) => one !== day)
                  : [...line.weekdays, day],
              })
            }
          />
        ))}
      </fieldset>
      {wrong && (
        <p role="alert" className={classes.wrong}>
          {wrong}
        </p>
      )}
      <Button variant="subtle" h={44} className={classes.remove ?? ""} onClick={remove}>
        Take this line out
      </Button>
    </fieldset>
  );
}
