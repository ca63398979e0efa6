// What the pages of the audit ask: apart from api.ts, so that a patient's own day need not load it.

import { GET, POST, patientAt, said } from "./api";
import type { AuditFound, AuditPatient, Looked } from "./words";

export type AuditOf = { patient?: number; person?: number; refused: boolean };

export const auditApi = {
  found: ({ patient, person, refused }: AuditOf, before?: number) =>
    said<AuditFound>(
      GET("/api/audit", { params: { query: { patient, person, refused, before } } }),
    ),
  patients: (search: string) =>
    said<AuditPatient[]>(POST("/api/audit/patients/search", { body: { search } })),
  looked: (id: number) =>
    said<Looked[]>(
      GET("/api/patients/{patient_id}/audit", {
        params: { ...patientAt(id), query: { zone: zone() } },
      }),
    ),
};

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
