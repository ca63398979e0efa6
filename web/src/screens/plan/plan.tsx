// What somebody does at home: their plans, what is due now, and what was kept of it.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { Refused } from "../../api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { SideDialog } from "../../parts/dialog";
import { Trouble, Waiting } from "../../parts/states";
import { type Due, type Plan, planApi } from "../../plan-api";
import classes from "../own/own.module.css";
import { ClockOf } from "./clock";
import { daysInWords } from "./draft";

const Edit = lazy(() => import("./edit"));
const CameHome = lazy(() => import("./came-home"));
const DAY_MS = 86_400_000;

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
  const [changed, setChanged] = useState<Plan | null>(null);
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
      {isCarer && (
        <Suspense fallback={null}>
          <CameHome patient={patient} />
        </Suspense>
      )}
      {plans.data.in_hospital && plans.data.plans.length > 0 && (
        <p className={classes.goesOn}>
          {isCarer ? "In hospital" : "You are in hospital"} ({plans.data.in_hospital.ward}): the
          plan rests, and goes on at home.
        </p>
      )}
      {plans.data.plans.length === 0 && <p>There is no plan yet.</p>}
      {plans.data.plans.map((plan) => (
        <OnePlan
          key={plan.id}
          plan={plan}
          dues={
            plans.data.in_hospital
              ? []
              : plans.data.dues.filter(({ plan_id }) => plan_id === plan.id)
          }
          isCarer={isCarer}
          patient={patient}
          change={() => setChanged(plan)}
          end={() => void act(planApi.end(patient, plan.condition))}
          answer={(due, isExcused) => void act(planApi.answer(patient, due, isExcused))}
        />
      ))}
      {!isCarer && (
        <Link href="/questions" className={classes.further}>
          My questions
        </Link>
      )}
      <ClockOf patient={patient} isCarer={isCarer} />
      {isCarer && (
        <Begin
          held={plans.data.plans.map(({ condition }) => condition)}
          begin={(template) => void act(planApi.begin(patient, template))}
        />
      )}
      {isCarer && (
        <SideDialog
          title={`Change: ${changed ? nameOf(changed.condition) : ""}`}
          isOpen={changed !== null}
          onClose={() => setChanged(null)}
        >
          {changed && (
            <Suspense fallback={<Waiting what="Opening the plan" />}>
              <Edit
                key={changed.id}
                patient={patient}
                plan={changed}
                onDone={() => {
                  setChanged(null);
                  void cache.invalidateQueries({ queryKey: ["plans", patient] });
                  void cache.invalidateQueries({ queryKey: ["plan-templates"] });
                }}
              />
            </Suspense>
          )}
        </SideDialog>
      )}
    </>
  );
}

type OneProps = {
  patient: number;
  plan: Plan;
  dues: readonly Due[];
  isCarer: boolean;
  change: () => void;
  end: () => void;
  answer: (due: number, isExcused: boolean) => void;
};

function OnePlan({ plan, dues, isCarer, change, end, answer, patient }: OneProps) {
  const now = useNow();
  const open = dues.filter(
    ({ state, opens, closes }) => state === "open" && opens <= now && now < closes,
  );
  const missed = dues.filter(
    ({ state, came, closes }) => state === "missed" && came === null && closes > now - DAY_MS,
  );
  const labels = new Map(plan.items.map(({ key, label }) => [key, label]));
  const asked = { labels, now, answer, patient, isCarer };
  return (
    <section className={classes.card} aria-label={nameOf(plan.condition)}>
      <h2>{nameOf(plan.condition)}</h2>
      <Asked {...asked} title="Due now" dues={open} />
      <Asked {...asked} title="Missed" dues={missed} />
      <ul className={classes.list} aria-label="The plan">
        {plan.items.map(({ key, label, at, weekdays, expected, done, rested }) => (
          <li key={key}>
            <b>{label}</b>
            <span>
              {at.join(", ")}
              {weekdays.length < 7 && ` on ${daysInWords(weekdays)}`}
            </span>
            {expected + rested > 0 && (
              <small>
                {done} of {expected} done in 4 weeks
                {rested > 0 && `, ${rested} more fell into a stay in hospital`}
              </small>
            )}
          </li>
        ))}
      </ul>
      {isCarer && (
        <div className={classes.acts}>
          <Button mih={44} variant="default" onClick={change}>
            Change this plan
          </Button>
          <Button mih={44} variant="default" onClick={end}>
            End this plan
          </Button>
        </div>
      )}
    </section>
  );
}

type AskedProps = {
  title: "Due now" | "Missed";
  dues: readonly Due[];
  labels: ReadonlyMap<string, string>;
  now: number;
  answer: OneProps["answer"];
  patient: number;
  isCarer: boolean;
};

function Asked({ title, dues, labels, now, answer, patient, isCarer }: AskedProps) {
  if (dues.length === 0) return null;
  return (
    <>
      {title === "Missed" && <h3>{title}</h3>}
      <ul className={classes.list} aria-label={title}>
        {dues.map(({ id, item, kind, at, closes }) => (
          <li key={id} data-verdict="waits">
            <b>{labels.get(item) ?? item}</b>
            <span>
              {title === "Missed"
                ? `Was due at ${clockTime(at, now)}`
                : `Due at ${clockTime(at, now)}, until ${clockTime(closes, now)}`}
            </span>
            <div className={classes.acts}>
              {kind === "questionnaire" && (
                <Button
                  mih={48}
                  component={Link}
                  href={isCarer ? `/patients/${patient}/questions/${id}` : `/questions/${id}`}
                >
                  Answer now
                </Button>
              )}
              {kind !== "measure" && kind !== "questionnaire" && (
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
    </>
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
