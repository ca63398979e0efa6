// The one door to the server. Screens call these functions and never `fetch`.
// Paths, parameters and bodies are checked against the server's own document (api.d.ts).

import createClient from "openapi-fetch";
import type { paths } from "./api.d";
import { bare } from "./languages/bare";
import { among, bring, wordsOr } from "./languages/speaking";
import { isUntouched } from "./untouched";
import type { Locked, Patient, Reach, Session, Today, ToldPage, Trend } from "./words";

/**
 * The server said no, in words for who reads them; `status` 0 means it could not be reached. `wants`
 * is what it would take besides: the code of an authenticator app.
 */
export class Refused extends Error {
  constructor(
    readonly status: number,
    words: string,
    readonly wants: string | null = null,
    readonly code: string | null = null,
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

/** What was said, narrowed to our words, or a refusal in words. */
export async function said<T>(asked: Promise<Answer>): Promise<T> {
  let answer: Answer;
  try {
    answer = await asked;
  } catch {
    throw new Refused(0, bare().away);
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    const sentence = await inWords(error, response.status);
    throw new Refused(response.status, sentence, of(error, "wants"), of(error, "code"));
  }
  return data as T;
}

let isAsSaid = false;
/** Staff read what the server says as it says it: in English, and in full. */
export const readAsSaid = (isStaff: boolean) => {
  isAsSaid = isStaff;
};

/** By its code in the language spoken now; a code of a newer server in the server's own words. */
async function inWords(error: unknown, status: number): Promise<string> {
  const words = of(error, "error");
  // Not JSON: something between us and the server spoke.
  if (words === null) return bare().answered.replace("{status}", String(status));
  const code = of(error, "code");
  if (isAsSaid || code === null) return words;
  await bring("refusals").catch(() => undefined); // not here: then as the server says it
  const known = wordsOr("refusals", {} as never);
  return Object.hasOwn(known, code) ? among(known, code) : words;
}

function of(error: unknown, key: "error" | "code" | "wants"): string | null {
  const said = typeof error === "object" ? (error as Partial<Record<typeof key, unknown>>) : null;
  return said?.[key] == null ? null : String(said[key]);
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
