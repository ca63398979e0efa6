// The right to see: what was opened in an emergency and waits to be reviewed, who wants to be
// erased, and the wards' teams.

import { PageHead } from "../../parts/page-head";
import classes from "./access.module.css";
import { Emergencies } from "./emergencies";
import { Erasures } from "./erasures";
import { Teams } from "./teams";

export default function Access() {
  return (
    <div className={classes.page}>
      <PageHead title="Access" />
      <Emergencies />
      <Erasures />
      <Teams />
    </div>
  );
}
