// The one door to the server. Screens call these functions and never `fetch`.

import type {
  Alarm,
  AlarmStory,
  Board,
  Demo,
  Device,
  DeviceToken,
  Patient,
  Place,
  Quarantined,
  Score,
  Session,
  Today,
  Trend,
  WardLine,
  WaveStretch,
} from "./words";

/** The server said no, in its own plain words; `status` 0 means it could not be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    words: string,
  ) {
    super(words);
  }
}

const SECONDS_MAX = 20;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(SECONDS_MAX * 1000),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    throw new Refused(0, "The server cannot be reached. Check the network, then try again.");
  }
  if (!answer.ok) throw new Refused(answer.status, await reason(answer));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function reason(answer: Response): Promise<string> {
  try {
    const said = (await answer.json()) as { error?: unknown };
    if (typeof said.error === "string") return said.error;
  } catch {
    // Not JSON: a proxy between us and the server answered.
  }
  return `The server answered ${answer.status}.`;
}

function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}` : "";
}

const name = encodeURIComponent;

export const api = {
  session: () => ask<Session>("GET", "/api/session"),
  signIn: (login: string, password: string) =>
    ask<Session>("POST", "/api/session", { login, password }),
  signOut: () => ask<void>("DELETE", "/api/session"),
  demo: () => ask<Demo>("GET", "/api/demo"),

  wards: () => ask<WardLine[]>("GET", "/api/wards"),
  board: (ward: number) => ask<Board>("GET", `/api/wards/${ward}/board`),

  patient: (id: number) => ask<Patient>("GET", `/api/patients/${id}`),
  places: () => ask<Place[]>("GET", "/api/places"),
  patients: (search: string) => ask<Patient[]>("GET", `/api/patients${query({ search })}`),
  trend: (id: number, start: number, end: number, points: number) =>
    ask<Trend>("GET", `/api/patients/${id}/trend${query({ start, end, points })}`),
  news2: (id: number, start: number, end: number) =>
    ask<Score[]>("GET", `/api/patients/${id}/news2${query({ start, end })}`),
  waves: (id: number, start: number, end: number) =>
    ask<WaveStretch[]>("GET", `/api/patients/${id}/waves${query({ start, end })}`),
  patientAlarms: (id: number, start: number, end: number) =>
    ask<Alarm[]>("GET", `/api/patients/${id}/alarms${query({ start, end })}`),
  observe: (id: number, readings: { vital: string; value: number; unit: string }[]) =>
    ask<void>("POST", `/api/patients/${id}/observations`, { readings }),

  alarms: (ward?: number) => ask<Alarm[]>("GET", `/api/alarms${query({ ward })}`),
  alarm: (id: number) => ask<AlarmStory>("GET", `/api/alarms/${id}`),
  acknowledge: (id: number, why: string) =>
    ask<Alarm>("POST", `/api/alarms/${id}/acknowledge`, { reason: why }),
  callSeen: (id: number) => ask<void>("POST", `/api/calls/${id}/seen`),

  today: () => ask<Today>("GET", "/api/today"),
  todaySeen: (alarm: number) => ask<void>("POST", `/api/today/alarms/${alarm}/seen`),

  devices: () => ask<Device[]>("GET", "/api/devices"),
  addDevice: (device: { name: string; kind: string; patient_id?: number }) =>
    ask<Device>("POST", "/api/devices", device),
  deviceToken: (device: string) => ask<DeviceToken>("POST", `/api/devices/${name(device)}/token`),
  revoke: (device: string, why: string) =>
    ask<Device>("POST", `/api/devices/${name(device)}/revoke`, { reason: why }),
  bind: (device: string, patient_id: number | null) =>
    ask<Device>("POST", `/api/devices/${name(device)}/patient`, { patient_id }),
  quarantine: (device?: string) => ask<Quarantined[]>("GET", `/api/quarantine${query({ device })}`),
};
