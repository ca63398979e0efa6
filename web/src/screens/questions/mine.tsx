// A patient's questions.

import { useEffect, useMemo } from "react";
import { sending, useOutbox } from "../../home/sending";
import { useLanguage } from "../../languages/speaking";
import { Trouble } from "../../parts/states";
import { type NewAnswers, questionsApi } from "../../questions-api";
import { useMe } from "../../session";
import type { Way } from "./done";
import { QuestionsOf } from "./questions";
import { wordsFor } from "./words";

export default function Mine() {
  const { patient_id } = useMe();
  const language = useLanguage();
  const { lang, say } = useMemo(() => wordsFor([language]), [language]);
  const { waiting, isAway } = useOutbox();
  useEffect(() => sending.start(patient_id), [patient_id]);
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  const send = async (questions: NewAnswers) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    try {
      await sending.add([{ patient: patient_id, meter: "", zone, questions }]);
    } catch {
      // A browser that keeps nothing: then they go now, or whoever answered hears that they did not.
      await questionsApi.send(patient_id, questions);
    }
  };
  const tell = async (questions: NewAnswers, isLeaving: boolean) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // A page that is closed may have no time for the disk; brought twice it is there once.
    const sent = isLeaving ? questionsApi.begun(patient_id, questions) : null;
    sent?.catch(() => undefined);
    try {
      await sending.add([{ patient: patient_id, meter: "", zone, questions }]);
    } catch {
      await (sent ?? questionsApi.begun(patient_id, questions));
    }
  };
  const wayOf = (key: string): Way => {
    const mine = waiting.find(({ questions }) => questions?.key === key);
    if (!mine) return "sent";
    if (mine.refused !== undefined) return { refused: mine.refused };
    return isAway || !navigator.onLine ? "waits" : "sending";
  };
  return <QuestionsOf patient={patient_id} {...{ lang, say, send, tell, wayOf }} />;
}
