// A patient's own page: the wish to be erased, and what became of it.

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { erasing } from "../../erasing-api";
import { Trouble, Waiting } from "../../parts/states";
import classes from "./own.module.css";

const DAY = new Intl.DateTimeFormat([], { dateStyle: "long" });

export function Erase({ patient }: { patient: number }) {
  const key = ["erasure", patient];
  const [isSure, setSure] = useState(false);
  const client = useQueryClient();
  const asked = useQuery({ queryKey: key, queryFn: () => erasing.own(patient) });
  const ask = useMutation({
    mutationFn: () => erasing.ask(patient),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  if (asked.error) return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  if (!asked.data) return <Waiting />;
  const waiting = asked.data.find((one) => one.decided === null);
  const refused = asked.data.find((one) => one.decision === "refused");
  return (
    <section className={classes.card} aria-labelledby="erase">
      <h2 id="erase">Have my data erased</h2>
      <p>
        Your name, your addresses and what was written of you are destroyed, and your account with
        them. What was measured stays without a name, for as long as the law asks. A person decides,
        and says why where it cannot be done yet.
      </p>
      {waiting ? (
        <p role="status">You asked for it on {DAY.format(waiting.asked)}. It is being looked at.</p>
      ) : (
        <>
          {refused && (
            <p>
              Refused on {DAY.format(refused.decided ?? refused.asked)}: {refused.why}
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
            {isSure ? "Yes, ask for it" : "Ask to be erased"}
          </Button>
        </>
      )}
      {ask.error && <p role="alert">{ask.error.message}</p>}
    </section>
  );
}
