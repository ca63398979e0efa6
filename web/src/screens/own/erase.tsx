// A patient's own page: the wish to be erased, and what became of it.

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { erasing } from "../../erasing-api";
import { dayOf } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
import { Trouble, Waiting } from "../../parts/states";
import classes from "./own.module.css";

export function Erase({ patient }: { patient: number }) {
  const say = words("own");
  const key = ["erasure", patient];
  const [isSure, setSure] = useState(false);
  const client = useQueryClient();
  const asked = useQuery({ queryKey: key, queryFn: () => erasing.own(patient) });
  const ask = useMutation({
    mutationFn: () => erasing.ask(patient),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  if (asked.error && !asked.data)
    return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  if (!asked.data) return <Waiting />;
  const waiting = asked.data.find((one) => one.decided === null);
  const refused = asked.data.find((one) => one.decision === "refused");
  return (
    <section className={classes.card} aria-labelledby="erase">
      <h2 id="erase">{say.erase}</h2>
      <p>{say.eraseWhat}</p>
      {waiting ? (
        <p role="status">{fill(say.eraseAsked, { day: dayOf(waiting.asked) })}</p>
      ) : (
        <>
          {refused && (
            <p>
              {fill(say.eraseRefused, {
                day: dayOf(refused.decided ?? refused.asked),
                why: refused.why ?? "",
              })}
            </p>
          )}
          <Button
            mih={48}
            className={classes.act}
            color="red"
            variant={isSure ? "filled" : "outline"}
            loading={ask.isPending}
            onClick={() => (isSure ? ask.mutate() : setSure(true))}
          >
            {isSure ? say.eraseSure : say.eraseAsk}
          </Button>
        </>
      )}
      {ask.error && <p role="alert">{ask.error.message}</p>}
    </section>
  );
}
