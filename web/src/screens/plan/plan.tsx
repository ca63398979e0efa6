// What somebody does at home: their plans, what is due now, and what was kept of it.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { Refused } from "../../api";
import { clockTime, count, weekdayName } from "../../languages/counting";
import { apart, fill, listed, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { SideDialog } from "../../parts/dialog";
import { Trouble, Waiting } from "../../parts/states";
import { type Due, type Plan, planApi } from "../../plan-api";
import classes from "../own/own.module.css";
import { ClockOf } from "./clock";
import { Begin, forCarers } from "./for-carers";
import { nameOf } from "./words";

const Edit = lazy(() => import("./edit"));
const CameHome = lazy(() => import("./came-home"));
const ToldAtMine = lazy(() => import("./told-at"));
const FirstTold = lazy(() => import("./first-told"));
const OwnLimits = lazy(() => import("./own-limits"));
const DAY_MS = 86_400_000;

type Props = { patient: number; isCarer: boolean };
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
  if (!plans.data) return <Waiting what={words("plan").reading} />;
  const act = async (done: Promise<void>) => {
    setTrouble("");
    await done.catch((error) =>
      setTrouble(error instanceof Refused ? error.message : words("plan").failed),
    );
    await cache.invalidateQueries({ queryKey: ["plans", patient] });
  };
  return (
    <>
      {trouble && <p role="alert">{trouble}</p>}
      {isCarer && (
        <Suspense fallback={null}>
          <CameHome patient={patient} hasPlan={plans.data.plans.length > 0} />
        </Suspense>
      )}
      {plans.data.in_hospital && plans.data.plans.length > 0 && (
        <p className={classes.goesOn}>
          {fill(isCarer ? forCarers.inHospital : words("plan").inHospital, {
            ward: plans.data.in_hospital.ward,
          })}
        </p>
      )}
      {plans.data.plans.length === 0 && <p>{words("plan").none}</p>}
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
      <Suspense fallback={null}>
        {isCarer ? (
          <OwnLimits patient={patient} />
        ) : (
          <ToldAtMine
            patient={patient}
            measured={plans.data.plans.flatMap(({ items }) => items.flatMap((item) => item.vitals))}
          />
        )}
      </Suspense>
      {!isCarer && (
        <Link href="/questions" className={classes.further}>
          {words("plan").questions}
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
          title={`${forCarers.change}: ${changed ? nameOf(changed.condition) : ""}`}
          isOpen={changed !== null}
          onClose={() => setChanged(null)}
        >
          {changed && (
            <Suspense fallback={<Waiting />}>
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
  const say = words("plan");
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
      <Asked {...asked} dues={open} />
      <Asked {...asked} isMissed dues={missed} />
      <ul className={classes.list} aria-label={say.items}>
        {plan.items.map(({ key, label, at, weekdays, expected, done, rested }) => (
          <li key={key}>
            <b>{label}</b>
            <span>
              {weekdays.length < 7
                ? fill(say.onDays, {
                    times: at.join(", "),
                    days: listed([...weekdays].sort().map(weekdayName), "unit"),
                  })
                : apart(at.join(", "))}
            </span>
            {expected + rested > 0 && (
              <small>
                {fill(say.done, { done, expected })}
                {rested > 0 && `, ${count(say.rested, rested)}`}
              </small>
            )}
          </li>
        ))}
      </ul>
      {isCarer && (
        <Suspense fallback={null}>
          <FirstTold patient={patient} first={plan.first_rota} />
        </Suspense>
      )}
      {isCarer && (
        <div className={classes.acts}>
          <Button mih={44} variant="default" onClick={change}>
            {forCarers.changePlan}
          </Button>
          <Button mih={44} variant="default" onClick={end}>
            {forCarers.endPlan}
          </Button>
        </div>
      )}
    </section>
  );
}

type AskedProps = {
  isMissed?: boolean;
  dues: readonly Due[];
  labels: ReadonlyMap<string, string>;
  now: number;
  answer: OneProps["answer"];
  patient: number;
  isCarer: boolean;
};

function Asked({ isMissed, dues, labels, now, answer, patient, isCarer }: AskedProps) {
  if (dues.length === 0) return null;
  const say = words("plan");
  const title = isMissed ? say.missed : say.dueNow;
  return (
    <>
      {isMissed && <h3>{title}</h3>}
      <ul className={classes.list} aria-label={title}>
        {dues.map(({ id, item, kind, at, closes }) => (
          <li key={id} data-verdict="waits">
            <b>{labels.get(item) ?? item}</b>
            <span>
              {fill(isMissed ? say.wasDue : say.due, {
                at: clockTime(at, now),
                until: clockTime(closes, now),
              })}
            </span>
            <div className={classes.acts}>
              {kind === "questionnaire" && (
                <Button
                  mih={48}
                  component={Link}
                  href={isCarer ? `/patients/${patient}/questions/${id}` : `/questions/${id}`}
                >
                  {say.answerNow}
                </Button>
              )}
              {kind !== "measure" && kind !== "questionnaire" && (
                <Button mih={48} onClick={() => answer(id, false)}>
                  {say.isDone}
                </Button>
              )}
              <Button mih={48} variant="default" onClick={() => answer(id, true)}>
                {say.notThisTime}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
