// A patient's own data: take it along, have it corrected, let it rest, see who was given it.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { clockTime } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
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
      <PageHead title={words("own").title} />
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
  const say = words("own");
  return (
    <section className={classes.card} aria-labelledby="take">
      <h2 id="take">{say.take}</h2>
      <p>{say.takeWhat}</p>
      <div className={classes.acts}>
        <Button component="a" href={ownApi.exportAt(patient)} download size="md" mih={48}>
          {say.everything}
        </Button>
        <Button
          component="a"
          href={ownApi.summaryAt(patient)}
          download
          size="md"
          mih={48}
          variant="default"
        >
          {say.paper}
        </Button>
      </div>
      <p className={classes.quiet}>{say.zip}</p>
    </section>
  );
}

function WhoGotIt({ patient }: { patient: number }) {
  const went = useQuery({ queryKey: ["went", patient], queryFn: () => ownApi.went(patient) });
  const now = useNow();
  const say = words("own");
  return (
    <section className={classes.card} aria-labelledby="went">
      <h2 id="went">{say.went}</h2>
      {went.error && <Trouble error={went.error} again={() => void went.refetch()} />}
      {went.data?.length === 0 && <p>{say.nobody}</p>}
      <ul className={classes.list}>
        {went.data?.map((one) => (
          <li key={`${one.at} ${one.recipient} ${one.what}`}>
            <b>{one.way === "page" ? say.you : one.recipient}</b>
            <span>{fill(say.wentWhat, { what: one.what, purpose: one.purpose })}</span>
            <small>{clockTime(one.at, now)}</small>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <Button component="a" href={ownApi.wentAt(patient)} download mih={48} variant="default">
          {say.list}
        </Button>
        <Link href="/looked" className={classes.further}>
          {say.looked}
        </Link>
      </div>
    </section>
  );
}
