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
  /** `isLet`: read by a relative whom the patient let. */
  report: (patient_id: number, name: Name, query: Wish, isLet: boolean) =>
    said<Report>(
      GET(
        isLet
          ? "/api/let/{patient_id}/reports/{name}"
          : "/api/patients/{patient_id}/reports/{name}",
        {
          params: { path: { ...patientAt(patient_id).path, name }, query },
        },
      ),
    ),
  /** A link the browser follows by itself. */
  paperAt: (patient: number, name: Name, wish: Wish, isLet: boolean) => {
    const asked = new URLSearchParams();
    if (wish.days) asked.set("days", String(wish.days));
    if (wish.unit) asked.set("unit", wish.unit);
    return `/api/${isLet ? "let" : "patients"}/${patient}/reports/${name}/paper?${asked}`;
  },
};
