// For carers: what one patient does at home.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link, useParams } from "wouter";
import { api } from "../../api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useStanding } from "../../standing";
import classes from "../own/own.module.css";
import { PlansOf } from "./plan";

const Answers = lazy(() => import("../questions/answers"));

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const shown = useStanding(patient, id);
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the record" />;
  return (
    <div className={classes.page}>
      <PageHead title={`Plan of ${shown.name}`}>
        <Button component={Link} href={`/patients/${id}`} variant="default" h={44}>
          Back to the chart
        </Button>
      </PageHead>
      <PlansOf key={id} patient={id} isCarer />
      <Suspense fallback={null}>
        <Answers key={`answers ${id}`} patient={id} />
      </Suspense>
    </div>
  );
}
