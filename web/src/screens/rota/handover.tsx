// Which nurse has whom, and the handover: tick patients, choose who has them now.

import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { Meanwhile } from "../../parts/meanwhile";
import { BedIcon } from "../../parts/staff-icons";
import { staffApi } from "../../staff-api";
import type { WardRotas } from "../../words";
import classes from "./rota.module.css";
import { nameOf, useAct, useLook } from "./use-rotas";

export function HandoverBox({ ward }: { ward: WardRotas }) {
  // Each with whose they were when they were ticked.
  const [ticked, setTicked] = useState<ReadonlyMap<number, number | null>>(new Map());
  const [isNew, setIsNew] = useState(false);
  const look = useLook(ward.ward_id);
  const [to, setTo] = useState("");
  const here = ward.patients.filter((one) => ticked.has(one.patient_id));
  const act = useAct(
    () =>
      staffApi.handOver(ward.ward_id, {
        patients: here.map((one) => one.patient_id),
        from_nurses: here.map((one) => ticked.get(one.patient_id) ?? null),
        to: Number(to),
        why: "",
      }),
    () => {
      setTicked(new Map());
      setIsNew(false);
    },
  );
  const tick = ({ patient_id, nurse_id }: WardRotas["patients"][number]) => {
    const next = new Map(ticked);
    if (!next.delete(patient_id)) next.set(patient_id, nurse_id);
    setTicked(next);
  };
  const again = async () => {
    const { patients } = await look();
    const still = patients.filter((one) => ticked.has(one.patient_id));
    setTicked(new Map(still.map((one) => [one.patient_id, one.nurse_id])));
    setIsNew(true);
    act.reset();
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
              setTicked(
                new Map(isAll ? [] : ward.patients.map((one) => [one.patient_id, one.nurse_id])),
              )
            }
          />
          <ul className={classes.carried}>
            {ward.patients.map((one) => (
              <li key={one.patient_id}>
                <Checkbox
                  checked={ticked.has(one.patient_id)}
                  onChange={() => tick(one)}
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
          <Meanwhile error={act.error} again={again}>
            {isNew && <p>Above is who has whom now. Hand over, if it is still to be so.</p>}
          </Meanwhile>
        </>
      )}
    </section>
  );
}
