// Messages between a patient and their team: a file that loads when needed.

import { useSyncExternalStore } from "react";
import { GET, POST, patientAt, said } from "./api";
import type { components } from "./api.d";
import { live } from "./live";

type Said = components["schemas"];
export type Letter = Said["LetterShown"];
export type Letters = Said["LettersShown"];
export type NewLetter = Said["NewLetter"];
export type WardLetters = Said["WardLetters"];

const PATH = "/api/patients/{patient_id}/letters";

export const lettersApi = {
  page: (patient_id: number, before?: number) =>
    said<Letters>(GET(PATH, { params: { path: { patient_id }, query: before ? { before } : {} } })),
  write: (patient: number, body: NewLetter) =>
    said<Said["LetterKept"]>(POST(PATH, { params: patientAt(patient), body })),
  read: (patient: number, until: number) =>
    said<void>(POST(`${PATH}/read`, { params: patientAt(patient), body: { until } })),
  settle: (patient: number, until: number) =>
    said<void>(POST(`${PATH}/settled`, { params: patientAt(patient), body: { until } })),
  ofWard: (ward_id: number) =>
    said<WardLetters>(GET("/api/wards/{ward_id}/letters", { params: { path: { ward_id } } })),
};

/** Changes when somebody wrote or read; give it to a query's key to ask again. */
export function useLetterNews(): number {
  return useSyncExternalStore(live.subscribe, live.getLetterNews);
}

/** Made here, so that what is sent again is known; also on plain http, where browsers make none. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
