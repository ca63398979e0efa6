// What a person may ask of their own record, and what staff answer: a file that loads when needed.

import { DELETE, GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Went = Said["Went"];
export type Amendment = Said["Amendment"];
export type Restriction = Said["Restriction"];
export type Requests = Said["Requests"];
export type Decision = "accepted" | "refused";
export type Field = Said["NewAmendment"]["field"];
export type Ground = Said["NewRestriction"]["ground"];

const of = (patient: number) => ({ params: patientAt(patient) });
const at = (restriction_id: number) => ({ params: { path: { restriction_id } } });

export const ownApi = {
  /** Links a browser follows by itself: a whole record is never held in a page's memory. */
  exportAt: (patient: number) => `/api/patients/${patient}/export`,
  summaryAt: (patient: number) => `/api/patients/${patient}/export/summary`,
  wentAt: (patient: number) => `/api/patients/${patient}/disclosures/file`,
  went: (patient: number) =>
    said<Went[]>(GET("/api/patients/{patient_id}/disclosures", of(patient))),
  disclose: (patient: number, recipient: string, what: string, purpose: string) =>
    said<void>(
      POST("/api/patients/{patient_id}/disclosures", {
        ...of(patient),
        body: { recipient, what, purpose },
      }),
    ),
  requests: (patient: number) =>
    said<Requests>(GET("/api/patients/{patient_id}/requests", of(patient))),
  every: () => said<Requests>(GET("/api/requests")),
  amend: (patient: number, field: Field, wanted: string, reason: string) =>
    said<void>(
      POST("/api/patients/{patient_id}/amendments", {
        ...of(patient),
        body: { field, wanted, reason },
      }),
    ),
  answer: (patient_id: number, amendment_id: number, verdict: Decision, answer: string) =>
    said<void>(
      POST("/api/patients/{patient_id}/amendments/{amendment_id}/answer", {
        params: { path: { patient_id, amendment_id } },
        body: { verdict, answer },
      }),
    ),
  rest: (patient: number, ground: Ground, reason: string) =>
    said<void>(
      POST("/api/patients/{patient_id}/restriction", { ...of(patient), body: { ground, reason } }),
    ),
  restNoMore: (patient: number) =>
    said<void>(DELETE("/api/patients/{patient_id}/restriction", of(patient))),
  restrictions: () => said<Restriction[]>(GET("/api/restrictions")),
  answerRest: (restriction: number, verdict: Decision, answer: string, keeper: string) =>
    said<void>(
      POST("/api/restrictions/{restriction_id}/answer", {
        ...at(restriction),
        body: { verdict, answer, keeper },
      }),
    ),
  endRest: (restriction: number, why: string) =>
    said<void>(
      POST("/api/restrictions/{restriction_id}/end", { ...at(restriction), body: { why } }),
    ),
};
