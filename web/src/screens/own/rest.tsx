// Let the record rest. Says plainly what that changes, and what it does not.

import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Ground, ownApi, type Restriction } from "../../own-api";
import classes from "./own.module.css";
import { answerInWords, GROUNDS, restOf } from "./words";

const CHOICES = Object.entries(GROUNDS).map(([value, label]) => ({ value, label }));

type Props = { patient: number; asked: readonly Restriction[] };

export function Rest({ patient, asked }: Props) {
  const [isOpen, setOpen] = useState(false);
  const stands = asked.find((one) => ["waits", "rests"].includes(restOf(one)));
  const before = asked.filter((one) => one !== stands);
  return (
    <section className={classes.card} aria-labelledby="rest">
      <h2 id="rest">Let my record rest</h2>
      <p>
        Staff cannot open your record then, but for whoever is called to help you, in an emergency,
        and whoever clears up what it is about.
      </p>
      <p className={classes.goesOn}>
        <b>Your devices are watched and alarms ring as before.</b> Help comes all the same.
      </p>
      {stands && <Stands one={stands} patient={patient} />}
      <ul className={classes.list}>
        {before.map((one) => (
          <li key={one.id}>
            <b>{GROUNDS[one.ground]}</b>
            <span>{one.ended !== null ? `Over: ${one.ended_why}` : answerInWords(one)}</span>
          </li>
        ))}
      </ul>
      {isOpen && !stands && <Ask patient={patient} onDone={() => setOpen(false)} />}
      {!isOpen && !stands && (
        <div className={classes.acts}>
          <Button variant="default" size="md" mih={48} onClick={() => setOpen(true)}>
            Ask that it rests
          </Button>
        </div>
      )}
    </section>
  );
}

function Stands({ one, patient }: { one: Restriction; patient: number }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => ownApi.restNoMore(patient),
    onSettled: () => client.invalidateQueries({ queryKey: ["requests"] }),
  });
  const rests = restOf(one) === "rests";
  return (
    <div className={classes.stands} role="status">
      <b>{rests ? "Your record rests." : "You asked that your record rests."}</b>
      <span>{answerInWords(one)}</span>
      <Button
        variant="default"
        size="md"
        mih={48}
        loading={end.isPending}
        onClick={() => end.mutate()}
      >
        {rests ? "Open it to my team again" : "Take this back"}
      </Button>
    </div>
  );
}

function Ask({ patient, onDone }: { patient: number; onDone: () => void }) {
  const [ground, setGround] = useState<Ground>("accuracy");
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: () => ownApi.rest(patient, ground, reason),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["requests"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <NativeSelect
        size="md"
        label="Why?"
        data={CHOICES}
        value={ground}
        onChange={(event) => setGround(event.currentTarget.value as Ground)}
      />
      <Textarea
        size="md"
        label="In your own words"
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        error={ask.error?.message}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button type="submit" size="md" mih={48} loading={ask.isPending} disabled={!reason.trim()}>
          Ask
        </Button>
        <Button variant="default" size="md" mih={48} onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
