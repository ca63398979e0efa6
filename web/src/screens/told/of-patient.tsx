// For carers: who is told about one patient, and to whom anything of the record went.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { api } from "../../api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useStanding } from "../../standing";
import { Given } from "./given";
import { TellingOf } from "./telling";
import classes from "./told.module.css";

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const shown = useStanding(patient, id);
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the record" />;
  const { name, record_number } = shown;
  return (
    <div className={classes.page} data-staff>
      <PageHead title={`Who is told about ${name}`}>
        <span className={classes.record}>{record_number}</span>
        <Button component={Link} href={`/patients/${id}`} variant="default" h={44}>
          Back to the chart
        </Button>
      </PageHead>
      <p className={classes.lead}>
        This is the patient&apos;s choice. Choose for a patient who cannot, and say why.
      </p>
      <TellingOf key={id} whose={{ patient: id, name, isOwn: false }} />
      <div className={classes.boxes} data-below>
        <Given patient={id} />
      </div>
    </div>
  );
}
