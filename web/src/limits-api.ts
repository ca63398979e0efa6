// Limits and scores in use, asked and changed: apart from api.ts, so that a patient's own page need
// not load it.

import { GET, type LimitsOf, POST, patientAt, said } from "./api";
import type { Limits, NewSetting, NewSwitch, Replayed, ScoresInUse } from "./words";

const wardAt = (ward_id: number) => ({ path: { ward_id } });

export const limitsApi = {
  /** What is watched of a patient, a ward or the site, and how. */
  limits: (of: LimitsOf) =>
    said<Limits>(
      of.patient !== undefined
        ? GET("/api/patients/{patient_id}/limits", { params: patientAt(of.patient) })
        : of.ward !== undefined
          ? GET("/api/wards/{ward_id}/limits", { params: wardAt(of.ward) })
          : GET("/api/limits"),
    ),
  setLimits: (of: LimitsOf, body: NewSetting) =>
    said<Limits>(
      of.patient !== undefined
        ? POST("/api/patients/{patient_id}/limits", { params: patientAt(of.patient), body })
        : of.ward !== undefined
          ? POST("/api/wards/{ward_id}/limits", { params: wardAt(of.ward), body })
          : POST("/api/limits", { body }),
    ),
  /** One step of it: ask again with `after` until that is null. */
  replayLimits: (of: LimitsOf, body: NewSetting, after: number) => {
    const query = { after };
    return said<Replayed>(
      of.patient !== undefined
        ? POST("/api/patients/{patient_id}/limits/replay", {
            params: { ...patientAt(of.patient), query },
            body,
          })
        : of.ward !== undefined
          ? POST("/api/wards/{ward_id}/limits/replay", {
              params: { ...wardAt(of.ward), query },
              body,
            })
          : POST("/api/limits/replay", { params: { query }, body }),
    );
  },
  /** Which scores are in use for a patient, on a ward or at the site, and by whose word. */
  scoresInUse: (of: LimitsOf) =>
    said<ScoresInUse>(
      of.patient !== undefined
        ? GET("/api/patients/{patient_id}/scores-in-use", { params: patientAt(of.patient) })
        : of.ward !== undefined
          ? GET("/api/wards/{ward_id}/scores-in-use", { params: wardAt(of.ward) })
          : GET("/api/scores-in-use"),
    ),
  switchScore: (of: LimitsOf, body: NewSwitch) =>
    said<ScoresInUse>(
      of.patient !== undefined
        ? POST("/api/patients/{patient_id}/scores-in-use", { params: patientAt(of.patient), body })
        : of.ward !== undefined
          ? POST("/api/wards/{ward_id}/scores-in-use", { params: wardAt(of.ward), body })
          : POST("/api/scores-in-use", { body }),
    ),
};
