// A patient's own data: take it along, have it corrected, let it rest, see who was given it.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { ownApi } from "../../own-api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import { Correct } from "./correct";
import { Erase } from "./erase";
import classes from "./own.module.css";
import { Rest } from "./rest";

export default function Own() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return <OwnData patient={patient_id} />;
}

function OwnData({ patient }: { patient: number }) {
  const asked = useQuery({
    queryKey: ["requests", patient],
    queryFn: () => ownApi.requests(patient),
  });
  return (
    <div className={classes.page}>
      <PageHead title="My data" />
      <Take patient={patient} />
      {asked.error && <Trouble error={asked.error} again={() => void asked.refetch()} />}
      {!asked.data && !asked.error && <Waiting />}
      {asked.data && (
        <>
          <Correct patient={patient} asked={asked.data.amendments} />
          <Rest patient={patient} asked={asked.data.restrictions} />
        </>
      )}
      <WhoGotIt patient={patient} />
      <Erase patient={patient} />
    </div>
  );
}

function Take({ patient }: { patient: number }) {
  return (
    <section className={classes.card} aria-labelledby="take">
      <h2 id="take">Take my data with me</h2>
      <p>
        Everything Homeward keeps about you: your values, alarms and what was done, plans, and who
        looked at it. Keep the file where only you find it.
      </p>
      <div className={classes.acts}>
        <Button component="a" href={ownApi.exportAt(patient)} download size="md" mih={48}>
          Download everything
        </Button>
        <Button
          component="a"
          href={ownApi.summaryAt(patient)}
          download
          size="md"
          mih={48}
          variant="default"
        >
          Download a PDF to read
        </Button>
      </div>
      <p className={classes.quiet}>
        “Everything” is a ZIP file in the form other health apps and hospitals read (FHIR), with the
        PDF inside.
      </p>
    </section>
  );
}

function WhoGotIt({ patient }: { patient: number }) {
  const went = useQuery({ queryKey: ["went", patient], queryFn: () => ownApi.went(patient) });
  const now = useNow();
  return (
    <section className={classes.card} aria-labelledby="went">
      <h2 id="went">Who was given my data</h2>
      {went.error && <Trouble error={went.error} again={() => void went.refetch()} />}
      {went.data?.length === 0 && <p>Nobody outside was given anything in six years.</p>}
      <ul className={classes.list}>
        {went.data?.map((one) => (
          <li key={`${one.at} ${one.recipient} ${one.what}`}>
            <b>{one.way === "page" ? "You, from this page" : one.recipient}</b>
            <span>
              {one.what}. {one.purpose}.
            </span>
            <small>{clockTime(one.at, now)}</small>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <Button component="a" href={ownApi.wentAt(patient)} download mih={48} variant="default">
          Download this list
        </Button>
        <Link href="/looked" className={classes.further}>
          Who looked at my data
        </Link>
      </div>
    </section>
  );
}
