// Measure and send: a meter in one tap, or a value by hand, and what still waits to be sent.

import { Button } from "@mantine/core";
import { useEffect } from "react";
import { sending, useOutbox } from "../../home/sending";
import type { Units } from "../../home/shell";
import { count } from "../../languages/counting";
import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble } from "../../parts/states";
import { useMe } from "../../session";
import { ByHand } from "./by-hand";
import { ByMeter } from "./by-meter";
import classes from "./measure.module.css";

export default function Measure() {
  const { patient_id, choices } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("measure").title} />
      <Measuring patient={patient_id} units={choices} />
    </div>
  );
}

export function Measuring({ patient, units }: { patient: number; units: Units }) {
  useEffect(() => sending.start(patient), [patient]);
  return (
    <>
      <State />
      <ByMeter patient={patient} />
      <ByHand patient={patient} units={units} />
      <p className={classes.quiet}>{words("measure").late}</p>
    </>
  );
}

/** What waits, what was put aside, what the server will not take. */
function State() {
  const say = words("measure");
  const { waiting: all, isAway, isKnown, isBroken, aside, hasSent } = useOutbox();
  const waiting = all.filter(({ letter }) => !letter);
  const open = waiting.filter(({ refused }) => refused === undefined);
  const refused = waiting.filter((each) => each.refused !== undefined);
  return (
    <div role="status" aria-live="polite" className={classes.form}>
      {isBroken && <p className={classes.waits}>{say.noDisk}</p>}
      {open.length > 0 && (
        <p className={classes.waits}>
          <b>{count(words("today").waiting, open.length)}</b>
          {isAway && ` ${say.away}`}
        </p>
      )}
      {isKnown && hasSent && open.length === 0 && <p className={classes.sent}>{say.sent}</p>}
      {aside.length > 0 && <p className={classes.waits}>{count(say.aside, aside.length)}</p>}
      {refused.map((each) => (
        <div key={each.id} className={classes.asked}>
          <span>
            {say.refused} {each.refused}
          </span>
          <Button variant="default" size="md" onClick={() => void sending.drop([each.id])}>
            {say.drop}
          </Button>
        </div>
      ))}
    </div>
  );
}
