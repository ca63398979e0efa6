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

const at = (patient: number) => ({ params: patientAt(patient) });

export const questionsApi = {
  questions: (patient: number) =>
    said<Questions>(GET("/api/patients/{patient_id}/questions", at(patient))),
  answers: (patient: number) =>
    said<Answered[]>(GET("/api/patients/{patient_id}/questions/answers", at(patient))),
  send: (patient: number, body: NewAnswers) =>
    said<AnswersKept>(POST("/api/patients/{patient_id}/questions", { ...at(patient), body })),
  forms: () => said<Form[]>(GET("/api/questionnaires")),
  bring: (resource: string) => said<Form>(PUT("/api/questionnaires", { body: { resource } })),
};
