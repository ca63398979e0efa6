// To whom anything of a record went, and a line for what goes by letter or by word.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { ownApi } from "../../own-api";
import { Trouble } from "../../parts/states";
import classes from "./told.module.css";

export function Given({ patient }: { patient: number }) {
  const went = useQuery({ queryKey: ["went", patient], queryFn: () => ownApi.went(patient) });
  const now = useNow();
  return (
    <section className={classes.box} aria-labelledby="given">
      <h2 id="given">To whom anything went</h2>
      {went.error && <Trouble error={went.error} again={() => void went.refetch()} />}
      {went.data?.length === 0 && <p className={classes.none}>Nothing went to anybody.</p>}
      <ul className={classes.people}>
        {went.data?.map((one) => (
          <li key={`${one.at} ${one.recipient} ${one.what}`}>
            <div className={classes.line}>
              <span>
                <b>{one.recipient}</b> {one.what}. {one.purpose}.
              </span>
              <small>
                {clockTime(one.at, now)}
                {one.by && `, says ${one.by}`}
              </small>
            </div>
          </li>
        ))}
      </ul>
      <Say patient={patient} />
    </section>
  );
}

function Say({ patient }: { patient: number }) {
  const [recipient, setRecipient] = useState("");
  const [what, setWhat] = useState("");
  const [purpose, setPurpose] = useState("");
  const client = useQueryClient();
  const say = useMutation({
    mutationFn: () => ownApi.disclose(patient, recipient, what, purpose),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["went", patient] });
      for (const clear of [setRecipient, setWhat, setPurpose]) clear("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    say.mutate();
  };
  const isShort = [recipient, what, purpose].some((words) => words.trim().length < 2);
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="Something goes by letter or by word. To whom?"
        maxLength={300}
        value={recipient}
        onChange={(event) => setRecipient(event.currentTarget.value)}
      />
      <TextInput
        label="What?"
        maxLength={1000}
        value={what}
        onChange={(event) => setWhat(event.currentTarget.value)}
      />
      <TextInput
        label="What for?"
        description="The patient reads this for six years."
        maxLength={1000}
        value={purpose}
        error={say.error?.message}
        onChange={(event) => setPurpose(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button type="submit" h={44} loading={say.isPending} disabled={isShort}>
          Write it down
        </Button>
      </div>
    </form>
  );
}
