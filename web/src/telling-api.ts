// What the pages of whom a patient lets be told ask: apart from api.ts, so that no other need load it.

import { DELETE, GET, POST, PUT, patientAt, said } from "./api";
import type { InvitationMade, NewQuiet, Priority, Quiet, Telling } from "./words";

export const tellingApi = {
  ownQuiet: () => said<Quiet | null>(GET("/api/me/quiet")),
  setOwnQuiet: (body: NewQuiet) => said<void>(PUT("/api/me/quiet", { body })),
  telling: (id: number) =>
    said<Telling>(GET("/api/patients/{patient_id}/telling", { params: patientAt(id) })),
  setQuiet: (id: number, body: NewQuiet) =>
    said<void>(PUT("/api/patients/{patient_id}/quiet", { params: patientAt(id), body })),
  invite: (id: number, name: string, priorities: Priority[], why: string) =>
    said<InvitationMade>(
      POST("/api/patients/{patient_id}/invitations", {
        params: patientAt(id),
        body: { name, priorities, why },
      }),
    ),
  withdrawInvitation: (patient_id: number, invitation_id: number, why: string) =>
    said<void>(
      DELETE("/api/patients/{patient_id}/invitations/{invitation_id}", {
        params: { path: { patient_id, invitation_id }, query: { why } },
      }),
    ),
  changeRelative: (patient_id: number, person_id: number, priorities: Priority[], why: string) =>
    said<void>(
      PUT("/api/patients/{patient_id}/relatives/{person_id}", {
        params: { path: { patient_id, person_id } },
        body: { priorities, why },
      }),
    ),
  letRelative: (patient_id: number, person_id: number, may: string[]) =>
    said<void>(
      PUT("/api/patients/{patient_id}/relatives/{person_id}/rights", {
        params: { path: { patient_id, person_id } },
        body: { may: may as ("reports" | "letters")[] },
      }),
    ),
  endRelative: (patient_id: number, person_id: number, why: string) =>
    said<void>(
      DELETE("/api/patients/{patient_id}/relatives/{person_id}", {
        params: { path: { patient_id, person_id }, query: { why } },
      }),
    ),
};
