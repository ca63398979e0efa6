// What only carers see of a plan: its beginning, and the words they act by.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { planApi } from "../../plan-api";
import classes from "../own/own.module.css";
import { nameOf } from "./words";

export const forCarers = {
  inHospital:
    "In hospital ({ward}): the plan rests, and goes on at home. Limits that were set at home ended " +
    "with the admission; once the patient is back they are offered here, and a person sets them.",
  change: "Change",
  changePlan: "Change this plan",
  endPlan: "End this plan",
  clock: "The patient's clock",
};

type BeginProps = {
  held: readonly string[];
  begin: (template: Parameters<typeof planApi.begin>[1]) => void;
};

export function Begin({ held, begin }: BeginProps) {
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
