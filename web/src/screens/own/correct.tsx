// Ask for a correction, and what was answered: both versions stay.

import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fill, words } from "../../languages/speaking";
import { type Amendment, type Field, ownApi } from "../../own-api";
import classes from "./own.module.css";
import { answerInWords, changeInWords, fieldInWords } from "./words";

const CHOICES: readonly Field[] = ["name", "birth_date", "sex", "other"];
const SEXES = ["female", "male", "other", "unknown"] as const;

type Props = { patient: number; asked: readonly Amendment[] };

export function Correct({ patient, asked }: Props) {
  const say = words("own");
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.card} aria-labelledby="correct">
      <h2 id="correct">{say.wrong}</h2>
      <p>{say.sayWhat}</p>
      <ul className={classes.list}>
        {asked.map((one) => (
          <li key={one.id} data-verdict={one.verdict ?? "waits"}>
            <b>{fill(say.field, { field: fieldInWords(one.field), change: changeInWords(one) })}</b>
            <span>{answerInWords(one)}</span>
          </li>
        ))}
      </ul>
      {isOpen ? (
        <Ask patient={patient} onDone={() => setOpen(false)} />
      ) : (
        <div className={classes.acts}>
          <Button variant="default" size="md" mih={48} onClick={() => setOpen(true)}>
            {say.askCorrection}
          </Button>
        </div>
      )}
    </section>
  );
}

function Ask({ patient, onDone }: { patient: number; onDone: () => void }) {
  const say = words("own");
  const [field, setField] = useState<Field>("name");
  const [wanted, setWanted] = useState("");
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: () => ownApi.amend(patient, field, wanted, reason),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["requests"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  const choose = (chosen: Field) => {
    setField(chosen);
    setWanted(chosen === "sex" ? "female" : "");
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <NativeSelect
        size="md"
        label={say.whatIsWrong}
        data={CHOICES.map((value) => ({ value, label: fieldInWords(value) }))}
        value={field}
        onChange={(event) => choose(event.currentTarget.value as Field)}
      />
      <Wanted field={field} wanted={wanted} onChange={setWanted} />
      <Textarea
        size="md"
        label={say.howKnow}
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        error={ask.error?.message}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button
          type="submit"
          size="md"
          mih={48}
          loading={ask.isPending}
          disabled={!wanted.trim() || !reason.trim()}
        >
          {say.send}
        </Button>
        <Button variant="default" size="md" mih={48} onClick={onDone}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

type WantedProps = { field: Field; wanted: string; onChange: (wanted: string) => void };

function Wanted({ field, wanted, onChange }: WantedProps) {
  const say = words("own");
  const label = say.whatShould;
  if (field === "sex") {
    return (
      <NativeSelect
        size="md"
        label={label}
        data={SEXES.map((value) => ({ value, label: say.sexes[value] }))}
        value={wanted}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      size="md"
      label={label}
      type={field === "birth_date" ? "date" : "text"}
      maxLength={field === "other" ? 2000 : 200}
      value={wanted}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
