// For carers: they ask a patient, at the bedside or on the telephone, and say what was answered.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useParams } from "wouter";
import { api, Refused } from "../../api";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { type NewAnswers, questionsApi } from "../../questions-api";
import type { Way } from "./done";
import { QuestionsOf } from "./questions";
import classes from "./questions.module.css";
import { wordsFor } from "./words";

export default function OfPatient() {
  const id = Number(useParams<{ patient: string }>().patient);
  const { lang, say } = useMemo(() => wordsFor(["en"]), []);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const cache = useQueryClient();
  const [ways, setWays] = useState<ReadonlyMap<string, Way>>(new Map());
  if (patient.error) return <Trouble error={patient.error} again={() => void patient.refetch()} />;
  if (!patient.data) return <Waiting what="Opening the record" />;
  const send = async (answers: NewAnswers) => {
    const tell = (way: Way) => setWays((known) => new Map(known).set(answers.key, way));
    tell("sending");
    await questionsApi.send(id, answers).then(
      () => tell("sent"),
      (error) => tell({ refused: error instanceof Refused ? error.message : "It failed." }),
    );
    await cache.invalidateQueries({ queryKey: ["answers", id] });
  };
  return (
    <div className={classes.page}>
      <PageHead title={`Questions to ${patient.data.name}`}>
        <Button component={Link} href={`/patients/${id}/plan`} variant="default" h={44}>
          Back to the plan
        </Button>
      </PageHead>
      <QuestionsOf
        key={id}
        patient={id}
        isCarer
        wayOf={(key) => ways.get(key) ?? "sending"}
        {...{ lang, say, send }}
      />
    </div>
  );
}
