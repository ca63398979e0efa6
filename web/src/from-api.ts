// Where one's own values come from: a file that loads when needed.

import { GET, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type WhereFrom = Said["WhereFrom"];
export type Origin = Said["Origin"];
export type ValueFrom = Said["ValueFrom"];

export const fromApi = {
  /** Of this vital sign; without one, of the first there is. */
  whereFrom: (patient: number, vital: string) =>
    said<WhereFrom>(
      GET("/api/patients/{patient_id}/where-from", {
        params: { ...patientAt(patient), query: { vital } },
      }),
    ),
};
