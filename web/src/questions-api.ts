// Questionnaires: a file that loads when needed.

import { GET, POST, PUT, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Question = Said["Question"];
export type Form = Said["FormShown"];
export type Asked = Said["AskedShown"];
export type Answered = Said["AnsweredShown"];
export type NewAnswers = Said["NewAnswers"];
export type AnswersKept = Said["AnswersKept"];
export type Questions = Said["QuestionsShown"];
export type Flag = Said["Flag"];

const KEPT_ALIVE_MAX = 12_000; // of 64 KiB that a browser gives to all that outlives a page
const at = (patient: number) => ({ params: patientAt(patient) });

export const questionsApi = {
  questions: (patient: number) =>
    said<Questions>(GET("/api/patients/{patient_id}/questions", at(patient))),
  answers: (patient: number) =>
    said<Answered[]>(GET("/api/patients/{patient_id}/questions/answers", at(patient))),
  send: (patient: number, body: NewAnswers) =>
    said<AnswersKept>(POST("/api/patients/{patient_id}/questions", { ...at(patient), body })),
  /** A warning sign before the answers are sent; it goes though the page is closed. */
  begun: (patient: number, body: NewAnswers) => {
    const keepalive = JSON.stringify(body).length < KEPT_ALIVE_MAX;
    return said<AnswersKept>(
      POST("/api/patients/{patient_id}/questions/begun", { ...at(patient), body, keepalive }),
    );
  },
  forms: () => said<Form[]>(GET("/api/questionnaires")),
  bring: (resource: string) => said<Form>(PUT("/api/questionnaires", { body: { resource } })),
};
