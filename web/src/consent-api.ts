// What a patient decides about their own record. Apart from api.ts, so that their day need not load it.

import { DELETE, GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Consents = Said["Consents"];
export type Consent = Said["Consent"];
export type NewConsent = Said["NewConsent"];
export type Part = Consent["parts"][number];
export const PARTS: readonly Part[] = ["readings", "waves"];

export const consentApi = {
  of: (patient: number) =>
    said<Consents>(GET("/api/patients/{patient_id}/consents", { params: patientAt(patient) })),
  decide: (patient: number, body: NewConsent) =>
    said<Consents>(
      POST("/api/patients/{patient_id}/consents", { params: patientAt(patient), body }),
    ),
  withdraw: (patient_id: number, consent_id: number) =>
    said<Consents>(
      DELETE("/api/patients/{patient_id}/consents/{consent_id}", {
        params: { path: { patient_id, consent_id } },
      }),
    ),
};
