// For carers: the reports of one patient.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { api } from "../../api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useStanding } from "../../standing";
import { Reports } from "./report";
import classes from "./report.module.css";

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const shown = useStanding(patient, id);
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the record" />;
  const { name, record_number } = shown;
  return (
    <div className={classes.page}>
      <PageHead title={`Reports of ${name}`}>
        <span className={classes.record}>{record_number}</span>
        <Button component={Link} href={`/patients/${id}`} variant="default" h={44}>
          Back to the chart
        </Button>
      </PageHead>
      <Reports key={id} patient={id} />
    </div>
  );
}
