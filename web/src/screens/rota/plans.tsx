// The plans of a rota: the ones to come, which may be taken back, and those that were.

import { Button } from "@mantine/core";
import { CLOCK } from "../../freshness";
import { staffApi } from "../../staff-api";
import type { Plan, Rota, WardRotas } from "../../words";
import { planInLines } from "./plan-words";
import classes from "./rota.module.css";
import { nameOf, useAct } from "./use-rotas";

export function Plans({ rota, ward }: { rota: Rota; ward: WardRotas }) {
  const [current, ...before] = rota.plans.filter((plan) => !plan.is_to_come);
  const coming = rota.plans.filter((plan) => plan.is_to_come).reverse();
  return (
    <div className={classes.plans}>
      {coming.map((plan) => (
        <Coming key={plan.id} plan={plan} rota={rota} ward={ward} />
      ))}
      <details>
        <summary>
          The plan in force{before.length > 0 && `, and ${before.length} before it`}
        </summary>
        {current && <PlanLines plan={current} rota={rota} ward={ward} />}
        {before.map((plan) => (
          <PlanLines key={plan.id} plan={plan} rota={rota} ward={ward} />
        ))}
      </details>
    </div>
  );
}

type Props = { plan: Plan; rota: Rota; ward: WardRotas };

function Coming({ plan, rota, ward }: Props) {
  const withdraw = useAct(() => staffApi.withdrawPlan(plan.id));
  return (
    <section className={classes.coming} aria-label="A plan to come">
      <PlanLines plan={plan} rota={rota} ward={ward} />
      <Button
        variant="default"
        h={44}
        loading={withdraw.isPending}
        onClick={() => withdraw.mutate(undefined)}
        aria-label={`Take back the plan from ${dayOf(plan.starts, rota.zone)}`}
      >
        Take back
      </Button>
      {withdraw.error && <p role="alert">{withdraw.error.message}</p>}
    </section>
  );
}

function PlanLines({ plan, rota, ward }: Props) {
  return (
    <div className={classes.plan}>
      <b>
        {plan.is_to_come ? "From" : "Since"} {dayOf(plan.starts, rota.zone)}
      </b>
      <ul>
        {planInLines(plan, (id) => nameOf(ward.people, id)).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <small>
        {plan.made_by ?? "the platform"}, {dayOf(plan.made, rota.zone)}
        {plan.why && `: ${plan.why}`}
      </small>
    </div>
  );
}

const dayOf = (at: number, zone: string): string =>
  new Date(at).toLocaleString("en-GB", {
    ...CLOCK,
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: zone,
  });
