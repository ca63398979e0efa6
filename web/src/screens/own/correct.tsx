// Ask for a correction, and what was answered: both versions stay.

import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Amendment, type Field, ownApi } from "../../own-api";
import classes from "./own.module.css";
import { answerInWords, changeInWords, FIELDS } from "./words";

const CHOICES = Object.entries(FIELDS).map(([value, label]) => ({ value, label }));
const SEXES = ["female", "male", "other", "unknown"];

type Props = { patient: number; asked: readonly Amendment[] };

export function Correct({ patient, asked }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.card} aria-labelledby="correct">
      <h2 id="correct">Something is wrong in it</h2>
      <p>
        Say what. Staff look at it and answer you here. What stood there before stays on record.
      </p>
      <ul className={classes.list}>
        {asked.map((one) => (
          <li key={one.id} data-verdict={one.verdict ?? "waits"}>
            <b>
              {FIELDS[one.field]}: {changeInWords(one)}
            </b>
            <span>{answerInWords(one)}</span>
          </li>
        ))}
      </ul>
      {isOpen ? (
        <Ask patient={patient} onDone={() => setOpen(false)} />
      ) : (
        <div className={classes.acts}>
          <Button variant="default" size="md" mih={48} onClick={() => setOpen(true)}>
            Ask for a correction
          </Button>
        </div>
      )}
    </section>
  );
}

function Ask({ patient, onDone }: { patient: number; onDone: () => void }) {
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
        label="What is wrong?"
        data={CHOICES}
        value={field}
        onChange={(event) => choose(event.currentTarget.value as Field)}
      />
      <Wanted field={field} wanted={wanted} onChange={setWanted} />
      <Textarea
        size="md"
        label="How do you know?"
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
          Send
        </Button>
        <Button variant="default" size="md" mih={48} onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

type WantedProps = { field: Field; wanted: string; onChange: (wanted: string) => void };

function Wanted({ field, wanted, onChange }: WantedProps) {
  const label = "What should stand there?";
  if (field === "sex") {
    return (
      <NativeSelect
        size="md"
        label={label}
        data={SEXES}
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
