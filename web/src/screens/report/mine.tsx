// A patient's own reports: the page that their team sees.

import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble } from "../../parts/states";
import { useMe } from "../../session";
import { Reports } from "./report";
import classes from "./report.module.css";

export default function Mine() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("report").title} />
      <Reports patient={patient_id} />
    </div>
  );
}
