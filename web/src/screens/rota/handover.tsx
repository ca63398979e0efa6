// Which nurse has whom, and the handover: tick patients, choose who has them now.

import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { BedIcon } from "../../parts/staff-icons";
import { staffApi } from "../../staff-api";
import type { WardRotas } from "../../words";
import classes from "./rota.module.css";
import { nameOf, useAct } from "./use-rotas";

export function HandoverBox({ ward }: { ward: WardRotas }) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [to, setTo] = useState("");
  const here = ward.patients.filter((one) => ticked.has(one.patient_id));
  const act = useAct(
    () =>
      staffApi.handOver(
        ward.ward_id,
        here.map((one) => one.patient_id),
        Number(to),
      ),
    () => setTicked(new Set()),
  );
  const tick = (id: number) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  const isAll = here.length === ward.patients.length;
  return (
    <section className={classes.box} aria-label="Patients and their nurses">
      <header className={classes.boxHead}>
        <h2>Who has whom</h2>
        <Button component={Link} href={`/wards/${ward.ward_id}/handover`} variant="default" h={44}>
          Handover sheet
        </Button>
      </header>
      {ward.patients.length === 0 ? (
        <p className={classes.quiet}>
          <BedIcon /> No patient is on this ward.
        </p>
      ) : (
        <>
          <Checkbox
            className={classes.all}
            label="All patients"
            checked={isAll}
            indeterminate={here.length > 0 && !isAll}
            onChange={() =>
              setTicked(isAll ? new Set() : new Set(ward.patients.map((one) => one.patient_id)))
            }
          />
          <ul className={classes.carried}>
            {ward.patients.map((one) => (
              <li key={one.patient_id}>
                <Checkbox
                  checked={ticked.has(one.patient_id)}
                  onChange={() => tick(one.patient_id)}
                  label={
                    <>
                      <b>{one.bed}</b> {one.patient}
                    </>
                  }
                />
                <span data-empty={one.nurse_id === null || undefined}>
                  {one.nurse_id === null ? "no nurse" : nameOf(ward.people, one.nurse_id)}
                </span>
              </li>
            ))}
          </ul>
          <div className={classes.give}>
            <NativeSelect
              aria-label="Hand over to"
              value={to}
              data={[{ value: "", label: "To whom?" }].concat(
                ward.people.map((one) => ({ value: String(one.id), label: one.name })),
              )}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
            <Button
              h={44}
              disabled={here.length === 0 || to === ""}
              loading={act.isPending}
              onClick={() => act.mutate(undefined)}
            >
              {here.length === 0
                ? "Hand over"
                : `Hand over ${here.length} ${here.length === 1 ? "patient" : "patients"}`}
            </Button>
          </div>
          {act.error && (
            <p role="alert" className={classes.missing}>
              {act.error.message}
            </p>
          )}
        </>
      )}
    </section>
  );
}
