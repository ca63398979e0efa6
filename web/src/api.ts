// The one door to the server. Screens call these functions and never `fetch`.
// Paths, parameters and bodies are checked against the server's own document (api.d.ts).

import createClient from "openapi-fetch";
import type { paths } from "./api.d";
import type {
  Alarm,
  AlarmLoad,
  AlarmStory,
  BedRound,
  Bedside,
  Board,
  Call,
  ContactChange,
  Delivery,
  Demo,
  Device,
  DeviceToken,
  Entry,
  EntryAnswer,
  InvitationMade,
  Invited,
  LatencyStep,
  MyCall,
  NewChain,
  NewContact,
  NewOrder,
  NewOverride,
  NewPlan,
  NewQuiet,
  NewRelative,
  NewRota,
  Observation,
  Orders,
  Patient,
  Place,
  Preview,
  Priority,
  Quarantined,
  Quiet,
  Reach,
  Round,
  Sentinel,
  Session,
  Sheet,
  System,
  Target,
  Telling,
  Today,
  ToldPage,
  Trend,
  WardLine,
  WardRotas,
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

const client = createClient<paths>({
  credentials: "same-origin",
  fetch: (request) => {
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
    throw new Refused(0, "The server cannot be reached. Check the network, then try again.");
  }
  const { data, error, response } = answer;
  if (!response.ok) throw new Refused(response.status, inWords(error, response.status));
  return data as T;
}

function inWords(error: unknown, status: number): string {
  if (typeof error === "object" && error !== null && "error" in error) return String(error.error);
  return `The server answered ${status}.`; // not JSON: something between us and it spoke
}

export const { GET, POST, PUT, DELETE } = client;
/** One patient, one ward, or (neither) the whole site. */
export type LimitsOf =
  | { patient: number; ward?: undefined }
  | { patient?: undefined; ward: number }
  | { patient?: undefined; ward?: undefined };
export const patientAt = (patient_id: number) => ({ path: { patient_id } });
const deviceAt = (name: string) => ({ params: { path: { name } } });
const contactAt = (contact_id: number) => ({ params: { path: { contact_id } } });
export const span = (patient_id: number, start: number, end: number) => ({
  params: { ...patientAt(patient_id), query: { start, end } },
});

export const api = {
  session: () => said<Session>(GET("/api/session")),
  signIn: (login: string, password: string) =>
    said<Session>(POST("/api/session", { body: { login, password } })),
  signOut: () => said<void>(DELETE("/api/session")),
  demo: () => said<Demo>(GET("/api/demo")),

  wards: () => said<WardLine[]>(GET("/api/wards")),
  board: (ward_id: number) =>
    said<Board>(GET("/api/wards/{ward_id}/board", { params: { path: { ward_id } } })),

  patient: (id: number) =>
    said<Patient>(GET("/api/patients/{patient_id}", { params: patientAt(id) })),
  patients: (search: string) => said<Patient[]>(POST("/api/patients/search", { body: { search } })),
  places: () => said<Place[]>(GET("/api/places")),
  /** `signal`: who asks may turn elsewhere before the answer is there. */
  trend: (id: number, start: number, end: number, points: number, signal?: AbortSignal) =>
    said<Trend>(
      GET("/api/patients/{patient_id}/trend", {
        params: { ...patientAt(id), query: { start, end, points } },
        signal,
      }),
    ),

  round: (ward_id: number) =>
    said<Round>(GET("/api/wards/{ward_id}/round", { params: { path: { ward_id } } })),
  bedside: (id: number) =>
    said<Bedside>(GET("/api/patients/{patient_id}/bedside", { params: patientAt(id) })),
  /** How often a patient is observed, by whose word, and what was ordered before. */
  orders: (id: number) =>
    said<Orders>(GET("/api/patients/{patient_id}/observation-order", { params: patientAt(id) })),
  order: (id: number, body: NewOrder) =>
    said<BedRound>(
      POST("/api/patients/{patient_id}/observation-order", { params: patientAt(id), body }),
    ),
  observations: (id: number, start: number, end: number) =>
    said<Observation[]>(GET("/api/patients/{patient_id}/observations", span(id, start, end))),
  observe: (id: number, body: Entry) =>
    said<EntryAnswer>(
      POST("/api/patients/{patient_id}/observations", { params: patientAt(id), body }),
    ),
  preview: (id: number, body: Entry) =>
    said<Preview>(
      POST("/api/patients/{patient_id}/observations/preview", { params: patientAt(id), body }),
    ),

  alarms: (ward?: number) =>
    said<Alarm[]>(GET("/api/alarms", { params: { query: ward === undefined ? {} : { ward } } })),
  pastAlarms: (start: number, ward?: number) =>
    said<Alarm[]>(
      GET("/api/alarms/past", {
        params: { query: { start, ...(ward === undefined ? {} : { ward }) } },
      }),
    ),
  calls: (ward: number) => said<Call[]>(GET("/api/calls", { params: { query: { ward } } })),
  alarm: (alarm_id: number) =>
    said<AlarmStory>(GET("/api/alarms/{alarm_id}", { params: { path: { alarm_id } } })),
  /** An acknowledgement covers the alarm as it stood on the screen, and no worse. */
  acknowledge: ({ id, priority, state }: Alarm, reason: string) =>
    said<Alarm>(
      POST("/api/alarms/{alarm_id}/acknowledge", {
        params: { path: { alarm_id: id } },
        body: { reason, priority, state },
      }),
    ),

  pause: ({ id }: Alarm) =>
    said<Alarm>(POST("/api/alarms/{alarm_id}/pause", { params: { path: { alarm_id: id } } })),
  act: (id: number, what: string) =>
    said<Alarm>(
      POST("/api/alarms/{alarm_id}/acts", { params: { path: { alarm_id: id } }, body: { what } }),
    ),

  alarmLoad: (ward_id: number, days: number) =>
    said<AlarmLoad>(
      GET("/api/wards/{ward_id}/alarm-load", { params: { path: { ward_id }, query: { days } } }),
    ),
  system: () => said<System>(GET("/api/system")),
  sentinel: () => said<Sentinel>(GET("/api/sentinel")),
  latency: () => said<LatencyStep[]>(GET("/api/system/latency")),
  rotas: (ward_id: number) =>
    said<WardRotas>(GET("/api/wards/{ward_id}/rotas", { params: { path: { ward_id } } })),
  addRota: (ward_id: number, body: NewRota) =>
    said<number>(POST("/api/wards/{ward_id}/rotas", { params: { path: { ward_id } }, body })),
  setPlan: (rota_id: number, body: NewPlan) =>
    said<void>(POST("/api/rotas/{rota_id}/plan", { params: { path: { rota_id } }, body })),
  withdrawPlan: (plan_id: number) =>
    said<void>(DELETE("/api/plans/{plan_id}", { params: { path: { plan_id } } })),
  endRota: (rota_id: number) =>
    said<void>(DELETE("/api/rotas/{rota_id}", { params: { path: { rota_id } } })),
  override: (rota_id: number, body: NewOverride) =>
    said<number>(POST("/api/rotas/{rota_id}/overrides", { params: { path: { rota_id } }, body })),
  withdraw: (override_id: number) =>
    said<void>(DELETE("/api/overrides/{override_id}", { params: { path: { override_id } } })),
  setChain: (ward_id: number, body: NewChain) =>
    said<void>(PUT("/api/wards/{ward_id}/chain", { params: { path: { ward_id } }, body })),
  handOver: (ward_id: number, patients: number[], to: number) =>
    said<number>(
      POST("/api/wards/{ward_id}/handover", {
        params: { path: { ward_id } },
        body: { patients, to, why: "" },
      }),
    ),
  handoverSheet: (ward_id: number) =>
    said<Sheet>(GET("/api/wards/{ward_id}/handover", { params: { path: { ward_id } } })),

  told: () => said<ToldPage>(GET("/api/told")),
  callSeen: (call_id: number) =>
    said<void>(POST("/api/calls/{call_id}/seen", { params: { path: { call_id } } })),
  invitation: (token: string) => said<Invited>(POST("/api/invitation", { body: { token } })),
  acceptInvitation: (token: string) =>
    said<void>(POST("/api/invitation/accept", { body: { token } })),
  joinInvited: (body: NewRelative) => said<Session>(POST("/api/invitation/account", { body })),

  ownQuiet: () => said<Quiet | null>(GET("/api/me/quiet")),
  setOwnQuiet: (body: NewQuiet) => said<void>(PUT("/api/me/quiet", { body })),
  telling: (id: number) =>
    said<Telling>(GET("/api/patients/{patient_id}/telling", { params: patientAt(id) })),
  setQuiet: (id: number, body: NewQuiet) =>
    said<void>(PUT("/api/patients/{patient_id}/quiet", { params: patientAt(id), body })),
  invite: (id: number, name: string, priorities: Priority[], why: string) =>
    said<InvitationMade>(
      POST("/api/patients/{patient_id}/invitations", {
        params: patientAt(id),
        body: { name, priorities, why },
      }),
    ),
  withdrawInvitation: (patient_id: number, invitation_id: number, why: string) =>
    said<void>(
      DELETE("/api/patients/{patient_id}/invitations/{invitation_id}", {
        params: { path: { patient_id, invitation_id }, query: { why } },
      }),
    ),
  changeRelative: (patient_id: number, person_id: number, priorities: Priority[], why: string) =>
    said<void>(
      PUT("/api/patients/{patient_id}/relatives/{person_id}", {
        params: { path: { patient_id, person_id } },
        body: { priorities, why },
      }),
    ),
  endRelative: (patient_id: number, person_id: number, why: string) =>
    said<void>(
      DELETE("/api/patients/{patient_id}/relatives/{person_id}", {
        params: { path: { patient_id, person_id }, query: { why } },
      }),
    ),

  today: () => said<Today>(GET("/api/today")),
  todaySeen: (alarm_id: number) =>
    said<void>(POST("/api/today/alarms/{alarm_id}/seen", { params: { path: { alarm_id } } })),

  reach: () => said<Reach>(GET("/api/reach")),
  myCalls: () => said<MyCall[]>(GET("/api/reach/calls")),
  addContact: (body: NewContact) => said<Reach>(POST("/api/reach/contacts", { body })),
  changeContact: (contact_id: number, body: ContactChange) =>
    said<Reach>(POST("/api/reach/contacts/{contact_id}", { ...contactAt(contact_id), body })),
  removeContact: (contact_id: number) =>
    said<void>(DELETE("/api/reach/contacts/{contact_id}", contactAt(contact_id))),
  orderContacts: (ids: number[]) => said<Reach>(POST("/api/reach/order", { body: { ids } })),
  testContact: (contact_id: number) =>
    said<Delivery>(POST("/api/reach/contacts/{contact_id}/test", contactAt(contact_id))),
  delivery: (delivery_id: number) =>
    said<Delivery>(GET("/api/reach/messages/{delivery_id}", { params: { path: { delivery_id } } })),
  openMessage: (token: string) =>
    said<Target>(POST("/api/messages/{token}/open", { params: { path: { token } } })),

  devices: () => said<Device[]>(GET("/api/devices")),
  addDevice: (body: { name: string; kind: string; patient_id?: number }) =>
    said<Device>(POST("/api/devices", { body })),
  deviceToken: (device: string) =>
    said<DeviceToken>(POST("/api/devices/{name}/token", deviceAt(device))),
  revoke: (device: string, reason: string) =>
    said<Device>(POST("/api/devices/{name}/revoke", { ...deviceAt(device), body: { reason } })),
  bind: (device: string, patient_id: number | null) =>
    said<Device>(
      POST("/api/devices/{name}/patient", { ...deviceAt(device), body: { patient_id } }),
    ),
  quarantine: (device?: string) =>
    said<Quarantined[]>(
      GET("/api/quarantine", { params: { query: device === undefined ? {} : { device } } }),
    ),
};
