// Who this is. Always in sight while the page scrolls: the wrong patient is the worst mistake.

import type { ReactNode } from "react";
import { Link } from "wouter";
import { BellIcon, ChevronIcon } from "../../parts/icons";
import { LimitsIcon } from "../../parts/staff-icons";
import type { Patient, Score } from "../../words";
import classes from "./patient.module.css";

const SEXES = new Map(Object.entries({ female: "female", male: "male", f: "female", m: "male" }));

type Props = { patient: Patient; score: Score | null; children?: ReactNode };

/** `children` is what can be done here, at the end of the line. */
export function Identity({ patient, score, children }: Props) {
  const born = new Date(`${patient.birth_date}T12:00:00`).toLocaleDateString([], {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const scale = patient.oxygen_scale === 2 ? "SpO₂ scale 2 (target 88–92 %)" : "SpO₂ scale 1";
  // Who has another score has no scale; one that was ordered is said all the same.
  const isByScale = !score || score.name === "news2" || patient.oxygen_scale === 2;
  return (
    <section className={classes.identity} aria-label="Patient">
      <h1 className={classes.name}>{patient.name}</h1>
      <dl className={classes.facts}>
        <Fact name="Age and sex">
          {patient.age} y, {SEXES.get(patient.sex.toLowerCase()) ?? patient.sex}
        </Fact>
        <Fact name="Born">{born}</Fact>
        <Fact name="Record">{patient.record_number}</Fact>
        <Fact name="Place">
          {patient.ward_id === null ? (
            "not on a ward"
          ) : (
            <Link href={`/wards/${patient.ward_id}`} className={classes.place}>
              {patient.ward} <ChevronIcon size={12} /> {patient.bed}
            </Link>
          )}
        </Fact>
        {isByScale && (
          <div className={classes.scale} data-scale={patient.oxygen_scale}>
            <dt>NEWS2</dt>
            <dd>{scale}</dd>
          </div>
        )}
      </dl>
      <nav className={classes.doing} aria-label="What can be done here">
        <Link href={`/patients/${patient.id}/limits`} className={classes.further}>
          <LimitsIcon size={16} /> Limits
        </Link>
        <Link href={`/patients/${patient.id}/told`} className={classes.further}>
          <BellIcon size={16} /> Who is told
        </Link>
        {children}
      </nav>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
