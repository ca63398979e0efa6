// What somebody does at home: their plans, what is due now, and what was kept of it.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Refused } from "../../api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import { type Due, type Plan, planApi } from "../../plan-api";
import classes from "../own/own.module.css";

type Props = { patient: number; isCarer: boolean };
const NAMES = new Map([
  ["copd", "COPD"],
  ["pregnancy_pressure", "Blood pressure in pregnancy"],
  ["post_discharge", "After the hospital"],
]);
const nameOf = (condition: string) =>
  NAMES.get(condition) ??
  condition.charAt(0).toUpperCase() + condition.slice(1).replaceAll("_", " ");

export function PlansOf({ patient, isCarer }: Props) {
  const plans = useQuery({
    queryKey: ["plans", patient],
    queryFn: () => planApi.plans(patient),
    refetchInterval: 30_000,
  });
  const cache = useQueryClient();
  const [trouble, setTrouble] = useState("");
  if (plans.error && !plans.data)
    return <Trouble error={plans.error} again={() => void plans.refetch()} />;
  if (!plans.data) return <Waiting what="Reading the plan" />;
  const act = async (done: Promise<void>) => {
    setTrouble("");
    await done.catch((error) =>
      setTrouble(error instanceof Refused ? error.message : "This failed. Try again."),
    );
    await cache.invalidateQueries({ queryKey: ["plans", patient] });
  };
  return (
    <>
      {trouble && <p role="alert">{trouble}</p>}
      {plans.data.plans.length === 0 && <p>There is no plan yet.</p>}
      {plans.data.plans.map((plan) => (
        <OnePlan
          key={plan.id}
          plan={plan}
          dues={plans.data.dues.filter(({ plan_id }) => plan_id === plan.id)}
          isCarer={isCarer}
          end={() => void act(planApi.end(patient, plan.condition))}
          answer={(due, isExcused) => void act(planApi.answer(patient, due, isExcused))}
        />
      ))}
      {isCarer && (
        <Begin
          held={plans.data.plans.map(({ condition }) => condition)}
          begin={(template) => void act(planApi.begin(patient, template))}
        />
      )}
    </>
  );
}

type OneProps = {
  plan: Plan;
  dues: readonly Due[];
  isCarer: boolean;
  end: () => void;
  answer: (due: number, isExcused: boolean) => void;
};

function OnePlan({ plan, dues, isCarer, end, answer }: OneProps) {
  const now = useNow();
  const open = dues.filter(
    ({ state, opens, closes }) => state === "open" && opens <= now && now < closes,
  );
  const labels = new Map(plan.items.map(({ key, label }) => [key, label]));
  return (
    <section className={classes.card} aria-label={nameOf(plan.condition)}>
      <h2>{nameOf(plan.condition)}</h2>
      {open.length > 0 && (
        <ul className={classes.list} aria-label="Due now">
          {open.map(({ id, item, kind, at, closes }) => (
            <li key={id} data-verdict="waits">
              <b>{labels.get(item) ?? item}</b>
              <span>
                Due at {clockTime(at, now)}, until {clockTime(closes, now)}
              </span>
              <div className={classes.acts}>
                {kind !== "measure" && (
                  <Button mih={48} onClick={() => answer(id, false)}>
                    Done
                  </Button>
                )}
                <Button mih={48} variant="default" onClick={() => answer(id, true)}>
                  Not this time
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <ul className={classes.list} aria-label="The plan">
        {plan.items.map(({ key, label, at, expected, done }) => (
          <li key={key}>
            <b>{label}</b>
            <span>{at.join(", ")}</span>
            {expected > 0 && (
              <small>
                {done} of {expected} done in 4 weeks
              </small>
            )}
          </li>
        ))}
      </ul>
      {isCarer && (
        <Button mih={44} variant="default" className={classes.act ?? ""} onClick={end}>
          End this plan
        </Button>
      )}
    </section>
  );
}

type BeginProps = {
  held: readonly string[];
  begin: (template: Parameters<typeof planApi.begin>[1]) => void;
};

function Begin({ held, begin }: BeginProps) {
  const templates = useQuery({ queryKey: ["plan-templates"], queryFn: planApi.templates });
  return (
    <section className={classes.card} aria-label="Begin a plan">
      <h2>Begin a plan</h2>
      <div className={classes.acts}>
        {templates.data
          ?.filter(({ name }) => !held.includes(name))
          .map((template) => (
            <Button key={template.name} mih={44} variant="default" onClick={() => begin(template)}>
              {nameOf(template.name)}
            </Button>
          ))}
      </div>
    </section>
  );
}
