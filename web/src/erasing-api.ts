// Erasure: a patient asks for it, an administrator sees what it would do, and decides.

import { GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Wish = Said["Wish"];
export type Report = Said["Report"];

const wish = (erasure_id: number) => ({ params: { path: { erasure_id } } });

export const erasing = {
  own: (patient_id: number) =>
    said<Wish[]>(GET("/api/patients/{patient_id}/erasure", { params: patientAt(patient_id) })),
  ask: (patient_id: number) =>
    said<void>(POST("/api/patients/{patient_id}/erasure", { params: patientAt(patient_id) })),
  wishes: () => said<Wish[]>(GET("/api/erasures")),
  report: (erasure_id: number) => said<Report>(GET("/api/erasures/{erasure_id}", wish(erasure_id))),
  refuse: (erasure_id: number, patient_id: number, why: string) =>
    said<void>(
      POST("/api/erasures/{erasure_id}/refusal", {
        ...wish(erasure_id),
        body: { patient_id, why },
      }),
    ),
  carryOut: (erasure_id: number, patient_id: number) =>
    said<Report>(POST("/api/erasures/{erasure_id}", { ...wish(erasure_id), body: { patient_id } })),
};
