// Let the record rest. Says plainly what that changes, and what it does not.

import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fill, words } from "../../languages/speaking";
import { type Ground, ownApi, type Restriction } from "../../own-api";
import classes from "./own.module.css";
import { answerInWords, groundInWords, restOf } from "./words";

const CHOICES: readonly Ground[] = ["accuracy", "unlawful", "claims", "objection"];

type Props = { patient: number; asked: readonly Restriction[] };

export function Rest({ patient, asked }: Props) {
  const say = words("own");
  const [isOpen, setOpen] = useState(false);
  const stands = asked.find((one) => ["waits", "rests"].includes(restOf(one)));
  const before = asked.filter((one) => one !== stands);
  return (
    <section className={classes.card} aria-labelledby="rest">
      <h2 id="rest">{say.rest}</h2>
      <p>{say.restWhat}</p>
      <p className={classes.goesOn}>
        <b>{say.goesOn}</b> {say.helpComes}
      </p>
      {stands && <Stands one={stands} patient={patient} />}
      <ul className={classes.list}>
        {before.map((one) => (
          <li key={one.id}>
            <b>{groundInWords(one.ground)}</b>
            <span>
              {one.ended !== null
                ? fill(say.over, { why: one.ended_why ?? "" })
                : answerInWords(one)}
            </span>
          </li>
        ))}
      </ul>
      {isOpen && !stands && <Ask patient={patient} onDone={() => setOpen(false)} />}
      {!isOpen && !stands && (
        <div className={classes.acts}>
          <Button variant="default" size="md" mih={48} onClick={() => setOpen(true)}>
            {say.askRest}
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
  const say = words("own");
  const rests = restOf(one) === "rests";
  return (
    <div className={classes.stands} role="status">
      <b>{rests ? say.rests : say.youAsked}</b>
      <span>{answerInWords(one)}</span>
      <Button
        variant="default"
        size="md"
        mih={48}
        loading={end.isPending}
        onClick={() => end.mutate()}
      >
        {rests ? say.openAgain : say.takeBack}
      </Button>
    </div>
  );
}

function Ask({ patient, onDone }: { patient: number; onDone: () => void }) {
  const say = words("own");
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
        label={say.why}
        data={CHOICES.map((value) => ({ value, label: groundInWords(value) }))}
        value={ground}
        onChange={(event) => setGround(event.currentTarget.value as Ground)}
      />
      <Textarea
        size="md"
        label={say.inYourWords}
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        error={ask.error?.message}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button type="submit" size="md" mih={48} loading={ask.isPending} disabled={!reason.trim()}>
          {say.ask}
        </Button>
        <Button variant="default" size="md" mih={48} onClick={onDone}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}
