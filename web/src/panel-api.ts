// The panel of a ward and what was done about its patients: a file that loads when needed.

import { GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";

type Said = components["schemas"];
export type Panel = Said["Panel"];
export type Line = Said["PanelLine"];
export type Reason = Said["ReasonShown"];
export type Why = Reason["kind"];
export type Act = Said["NewAct"]["act"];
type NewAct = Said["NewAct"];

export const panelApi = {
  panel: (ward_id: number) =>
    said<Panel>(GET("/api/wards/{ward_id}/panel", { params: { path: { ward_id } } })),
  act: (patient: number, body: NewAct) =>
    said<void>(POST("/api/patients/{patient_id}/panel-acts", { params: patientAt(patient), body })),
};
