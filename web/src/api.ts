// The one door to the server. Screens call these functions and never `fetch`.
// Paths, parameters and bodies are checked against the server's own document (api.d.ts).

import createClient from "openapi-fetch";
import type { paths } from "./api.d";
import { bare } from "./languages/bare";
import { isUntouched } from "./untouched";
import type { Locked, Patient, Reach, Session, Today, ToldPage, Trend } from "./words";

/**
 * The server said no, in its own plain words; `status` 0 means it could not be reached. `wants` is
 * what it would take besides: the code of an authenticator app.
 */
export class Refused extends Error {
  constructor(
    readonly status: number,
    words: string,
    readonly wants: string | null = null,
  ) {
    super(words);
  }
}

const SECONDS_MAX = 20;

const client = createClient<paths>({
  credentials: "same-origin",
  fetch: (request) => {
    if (isUntouched()) request.headers.set("x-untouched", "1");
    const tooLong = AbortSignal.timeout(SECONDS_MAX * 1000);
    return fetch(request, { signal: AbortSignal.any([request.signal, tooLong]) });
  },
});

type Answer = { data?: unknown; error?: unknown; response: Response };

/** What was said, narrowed to our words, or a refusal in the server's. */
export async function said<T>(asked: Promise<Answer>): Promise<T> {
  let answer: Answer;
  try {
    answer = await asked;
  } catch {
    throw new Refused(0, bare().away);
  }
  const { data, error, response } = answer;
  if (!response.ok)
    throw new Refused(response.status, inWords(error, response.status), wantsOf(error));
  return data as T;
}

function inWords(error: unknown, status: number): string {
  if (typeof error === "object" && error !== null && "error" in error) return String(error.error);
  return bare().answered.replace("{status}", String(status)); // not JSON: something between us and it spoke
}

function wantsOf(error: unknown): string | null {
  return typeof error === "object" && error !== null && "wants" in error
    ? String(error.wants)
    : null;
}

export const { GET, POST, PUT, DELETE } = client;
/** One patient, one ward, or (neither) the whole site. */
export type LimitsOf =
  | { patient: number; ward?: undefined }
  | { patient?: undefined; ward: number }
  | { patient?: undefined; ward?: undefined };
export const patientAt = (patient_id: number) => ({ path: { patient_id } });
export const span = (patient_id: number, start: number, end: number) => ({
  params: { ...patientAt(patient_id), query: { start, end } },
});

export const api = {
  session: () => said<Session>(GET("/api/session")),
  locked: () => said<Locked | null>(GET("/api/locked")),
  signOut: () => said<void>(DELETE("/api/session")),

  patient: (id: number) =>
    said<Patient>(GET("/api/patients/{patient_id}", { params: patientAt(id) })),
  /** `signal`: who asks may turn elsewhere before the answer is there. */
  trend: (id: number, start: number, end: number, points: number, signal?: AbortSignal) =>
    said<Trend>(
      GET("/api/patients/{patient_id}/trend", {
        params: { ...patientAt(id), query: { start, end, points } },
        signal,
      }),
    ),

  told: () => said<ToldPage>(GET("/api/told")),
  callSeen: (call_id: number) =>
    said<void>(POST("/api/calls/{call_id}/seen", { params: { path: { call_id } } })),

  today: () => said<Today>(GET("/api/today")),
  todaySeen: (alarm_id: number) =>
    said<void>(POST("/api/today/alarms/{alarm_id}/seen", { params: { path: { alarm_id } } })),

  reach: () => said<Reach>(GET("/api/reach")),
};
