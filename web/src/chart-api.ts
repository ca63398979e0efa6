// What charts and traces ask besides: apart from api.ts, so that a patient's own page need not load it.

import { GET, patientAt, said, span } from "./api";
import type { Scores, WaveStretch } from "./words";

/** `points`: no more of a waveform than this, its extremes kept; else every sample of a minute. */
type Wish = { points?: number; signal?: AbortSignal };

export const chartApi = {
  scores: (id: number, start: number, end: number) =>
    said<Scores>(GET("/api/patients/{patient_id}/scores", span(id, start, end))),
  waves: (id: number, start: number, end: number, { points, signal }: Wish = {}) =>
    said<WaveStretch[]>(
      GET("/api/patients/{patient_id}/waves", {
        params: { ...patientAt(id), query: { start, end, points } },
        signal,
      }),
    ),
};
