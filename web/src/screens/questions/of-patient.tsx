// For carers: they ask a patient, at the bedside or on the telephone, and say what was answered.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { Link, useParams } from "wouter";
import { api } from "../../api";
import { useWatch } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { type NewAnswers, questionsApi } from "../../questions-api";
import { useStanding } from "../../standing";
import { useSeed } from "../patient/use-chart";
import type { Way } from "./done";
import { forCarers } from "./for-carers";
import { QuestionsOf } from "./questions";
import classes from "./questions.module.css";
import type { Tell } from "./warning";

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  // What rings of them stands above this page, as above every other.
  useWatch("patient", id);
  useSeed(id);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const shown = useStanding(patient, id);
  const cache = useQueryClient();
  const [ways, setWays] = useState<ReadonlyMap<string, Way>>(new Map());
  const tell: Tell = useCallback(
    async (answers) => {
      await questionsApi.begun(id, answers);
      setWays((known) => new Map(known).set(answers.key, "sent"));
      void cache.invalidateQueries({ queryKey: ["answers", id] });
    },
    [id, cache],
  );
  // What was answered so far is on this page alone.
  if (patient.error && !shown)
    return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!shown) return <Waiting what="Opening the record" />;
  const send = async (answers: NewAnswers) => {
    await questionsApi.send(id, answers); // what is not taken stays on the page
    setWays((known) => new Map(known).set(answers.key, "sent"));
    await cache.invalidateQueries({ queryKey: ["answers", id] });
  };
  return (
    <div className={classes.page}>
      <PageHead title={`Questions to ${shown.name}`}>
        <Button component={Link} href={`/patients/${id}/plan`} variant="default" h={44}>
          Back to the plan
        </Button>
      </PageHead>
      <QuestionsOf
        key={id}
        patient={id}
        isCarer
        wayOf={(key) => ways.get(key) ?? "sending"}
        lang="en"
        say={forCarers}
        {...{ send, tell }}
      />
    </div>
  );
}
