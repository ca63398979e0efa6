// The patient's own page of who is told.

import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble } from "../../parts/states";
import { useMe } from "../../session";
import { TellingOf } from "./telling";
import classes from "./told.module.css";

export default function Mine() {
  const { person, patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("told").title} />
      <TellingOf whose={{ patient: patient_id, name: person.name, isOwn: true }} />
    </div>
  );
}
