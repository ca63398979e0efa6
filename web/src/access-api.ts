// The right to see: who works on a ward, and records opened in an emergency.

import { DELETE, GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Team = Said["Team"];
export type Member = Said["Member"];
export type Found = Said["Found"];
export type Emergency = Said["Emergency"];
export type Verdict = Said["Review"]["verdict"];

const ward = (ward_id: number) => ({ params: { path: { ward_id } } });

export const access = {
  team: (ward_id: number) => said<Team>(GET("/api/wards/{ward_id}/team", ward(ward_id))),
  join: (ward_id: number, person_id: number, everywhere: boolean) =>
    said<Team>(
      POST("/api/wards/{ward_id}/team", {
        ...ward(ward_id),
        body: { person_id, everywhere, why: "" },
      }),
    ),
  leave: (staff_id: number) =>
    said<void>(DELETE("/api/team/{staff_id}", { params: { path: { staff_id } } })),
  find: (record_number: string) =>
    said<Found>(POST("/api/emergency/search", { body: { record_number } })),
  open: (patient_id: number, reason: string) =>
    said<{ until: number }>(POST("/api/emergency", { body: { patient_id, reason } })),
  emergencies: () => said<Emergency[]>(GET("/api/emergency")),
  ofPatient: (patient_id: number) =>
    said<Emergency[]>(
      GET("/api/patients/{patient_id}/emergency", { params: patientAt(patient_id) }),
    ),
  review: (access_id: number, verdict: Verdict, note: string) =>
    said<void>(
      POST("/api/emergency/{access_id}/review", {
        params: { path: { access_id } },
        body: { verdict, note },
      }),
    ),
};
