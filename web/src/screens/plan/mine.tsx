// A patient's own plan: what is due now, and how it goes.

import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble } from "../../parts/states";
import { useMe } from "../../session";
import classes from "../own/own.module.css";
import { PlansOf } from "./plan";

export default function Mine() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("plan").title} />
      <PlansOf patient={patient_id} isCarer={false} />
    </div>
  );
}
