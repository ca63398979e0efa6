// A patient's reports, for a relative whom they let read them.

import { useParams } from "wouter";
import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Reports } from "./report";
import classes from "./report.module.css";

export default function Let() {
  const patient = Number(useParams<{ patient: string }>().patient);
  return (
    <div className={classes.page}>
      <PageHead title={words("report").reports} />
      <Reports key={patient} patient={patient} isLet />
    </div>
  );
}
