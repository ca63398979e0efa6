// What charts and traces ask besides: apart from api.ts, so that a patient's own page need not load it.

import { GET, patientAt, said, span } from "./api";
import type {
  ImplantReport,
  MeterRecord,
  Scores,
  Sources,
  Totals,
  Treatment,
  WaveStretch,
} from "./words";

/** `points`: no more of a waveform than this, its extremes kept; else every sample of a minute. */
type Wish = { points?: number; signal?: AbortSignal };

export const chartApi = {
  scores: (id: number, start: number, end: number) =>
    said<Scores>(GET("/api/patients/{patient_id}/scores", span(id, start, end))),
  treatments: (id: number, start: number, end: number) =>
    said<Treatment[]>(GET("/api/patients/{patient_id}/treatments", span(id, start, end))),
  meterRecords: (id: number, start: number, end: number) =>
    said<MeterRecord[]>(GET("/api/patients/{patient_id}/meter-records", span(id, start, end))),
  implantReports: (id: number) =>
    said<ImplantReport[]>(
      GET("/api/patients/{patient_id}/implant-reports", { params: patientAt(id) }),
    ),
  sources: (id: number, vital: string, start: number, end: number) =>
    said<Sources>(
      GET("/api/patients/{patient_id}/sources", {
        params: { ...patientAt(id), query: { vital, start, end } },
      }),
    ),
  totals: (id: number, end: number, days: number) =>
    said<Totals>(
      GET("/api/patients/{patient_id}/totals", {
        params: { ...patientAt(id), query: { end, days } },
      }),
    ),
  waves: (id: number, start: number, end: number, { points, signal }: Wish = {}) =>
    said<WaveStretch[]>(
      GET("/api/patients/{patient_id}/waves", {
        params: { ...patientAt(id), query: { start, end, points } },
        signal,
      }),
    ),
};
