// Reports of what was measured at home: a file that loads when needed.

import { GET, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Report = Said["ReportShown"];
export type ReportPage = Said["Page"];
export type Figure = Said["Figure"];
export type Plot = Said["Plot"];
export const NAMES = ["glucose", "pressure", "weight", "oximetry"] as const;
export type Name = (typeof NAMES)[number];
export type Unit = "mg/dL" | "mmol/L";
export type Wish = { days?: number; unit?: Unit };

export const reportApi = {
  report: (patient_id: number, name: Name, query: Wish) =>
    said<Report>(
      GET("/api/patients/{patient_id}/reports/{name}", {
        params: { path: { ...patientAt(patient_id).path, name }, query },
      }),
    ),
  /** A link the browser follows by itself. */
  paperAt: (patient: number, name: Name, wish: Wish) => {
    const asked = new URLSearchParams();
    if (wish.days) asked.set("days", String(wish.days));
    if (wish.unit) asked.set("unit", wish.unit);
    return `/api/patients/${patient}/reports/${name}/paper?${asked}`;
  },
};
