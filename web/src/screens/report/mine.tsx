// A patient's own reports: the page that their team sees.

import { Link, useSearchParams } from "wouter";
import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble } from "../../parts/states";
import { NAMES, type Name } from "../../report-api";
import { useMe } from "../../session";
import { Reports } from "./report";
import classes from "./report.module.css";

/** Where the values of each report come from. */
const FROM: Record<Name, string> = {
  glucose: "/from?of=glucose",
  pressure: "/from?of=systolic",
  weight: "/from?of=weight",
  oximetry: "/from?of=oxygen_saturation",
};

export default function Mine() {
  const { patient_id } = useMe();
  const [search] = useSearchParams();
  const name = NAMES.find((each) => each === search.get("report")) ?? "glucose";
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("report").title} />
      <Reports patient={patient_id} />
      <Link href={FROM[name]} className={classes.from}>
        {words("from").title}
      </Link>
    </div>
  );
}
