// For carers: who is called first for what a plan misses or is warned of, and who that is now. It is
// chosen among the rotas of the ward; where nobody is there, its chain is called, and that is said.

import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api";
import { listed } from "../../languages/speaking";
import type { Plan } from "../../plan-api";
import { staffApi } from "../../staff-api";
import classes from "../own/own.module.css";

type First = Plan["first_rota"];

/** The rotas of the ward where a patient is; undefined where whoever asks may not see them. */
function useRotas(patient: number) {
  const known = useQuery({ queryKey: ["patient", patient], queryFn: () => api.patient(patient) });
  const ward = known.data?.ward_id ?? null;
  return useQuery({
    queryKey: ["rotas", "of", ward],
    queryFn: () => staffApi.rotas(ward as number),
    enabled: ward !== null,
    refetchInterval: 60_000,
  }).data;
}

export default function FirstTold({ patient, first }: { patient: number; first: First }) {
  const here = useRotas(patient);
  if (first === null) return <p className={classes.quiet}>Missed or warned of: {CHAIN}.</p>;
  if (!here)
    return (
      <p>
        Missed or warned of: <b>{first.name}</b>, then {CHAIN}.
      </p>
    );
  const rota = here.rotas.find(({ name }) => name === first.name);
  const names = here.people.filter(({ id }) => rota?.now.includes(id)).map(({ name }) => name);
  if (names.length > 0)
    return (
      <p>
        Missed or warned of: <b>{first.name}</b> (now {listed(names, "conjunction")}), then {CHAIN}.
      </p>
    );
  return (
    <p className={classes.stands}>
      <span>
        <b>{first.name}</b> {rota ? "has nobody on call now" : `is no rota of ${here.ward}`}:{" "}
        {CHAIN} is called at once for what is missed or warned of.
      </span>
    </p>
  );
}

const CHAIN = "the ward’s chain";
const NONE = "";

type ChoiceProps = {
  patient: number;
  first: First;
  chosen: number | null;
  choose: (rota: number | null) => void;
};

export function FirstChoice({ patient, first, chosen, choose }: ChoiceProps) {
  const rotas = useRotas(patient)?.rotas ?? [];
  // What is in force stays to be chosen, also where it is of another ward or has ended.
  const isElsewhere = first !== null && !rotas.some(({ id }) => id === first.id);
  return (
    <NativeSelect
      label="Who is called first for what is missed or warned of"
      description="Where nobody is there, and after them, the ward’s chain is called."
      size="md"
      value={chosen === null ? NONE : String(chosen)}
      data={[
        { value: NONE, label: "The ward’s chain" },
        ...rotas.map(({ id, name }) => ({ value: String(id), label: name })),
        ...(isElsewhere ? [{ value: String(first.id), label: `${first.name} (not here)` }] : []),
      ]}
      onChange={({ currentTarget: { value } }) => choose(value === NONE ? null : Number(value))}
    />
  );
}
