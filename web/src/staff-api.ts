// What only staff ask for: apart from api.ts, so that a patient's own page need not load it.

import { DELETE, GET, POST, PUT, patientAt, said, span } from "./api";
import type {
  Alarm,
  AlarmLoad,
  AlarmStory,
  BedRound,
  Bedside,
  Board,
  Call,
  Clouds,
  Device,
  DeviceToken,
  Entry,
  EntryAnswer,
  Handover,
  LatencyStep,
  MyCall,
  NewChain,
  NewCloudLink,
  NewOrder,
  NewOverride,
  NewPhoneSecret,
  NewPlan,
  NewRota,
  Observation,
  Orders,
  Patient,
  PatientNow,
  PhoneSecret,
  Place,
  Preview,
  Quarantined,
  Round,
  Sentinel,
  Sheet,
  System,
  WardLine,
  WardRotas,
} from "./words";

const deviceAt = (name: string) => ({ params: { path: { name } } });

export const staffApi = {
  lock: (ward_id: number) =>
    said<void>(POST("/api/wards/{ward_id}/lock", { params: { path: { ward_id } } })),
  wards: () => said<WardLine[]>(GET("/api/wards")),
  board: (ward_id: number) =>
    said<Board>(GET("/api/wards/{ward_id}/board", { params: { path: { ward_id } } })),

  now: (id: number) =>
    said<PatientNow>(GET("/api/patients/{patient_id}/now", { params: patientAt(id) })),
  patients: (search: string) => said<Patient[]>(POST("/api/patients/search", { body: { search } })),
  alarms: (ward?: number) =>
    said<Alarm[]>(GET("/api/alarms", { params: { query: ward === undefined ? {} : { ward } } })),
  calls: (ward: number) => said<Call[]>(GET("/api/calls", { params: { query: { ward } } })),
  acknowledge: ({ id, priority, state }: Alarm, reason: string) =>
    said<Alarm>(
      POST("/api/alarms/{alarm_id}/acknowledge", {
        params: { path: { alarm_id: id } },
        body: { reason, priority, state },
      }),
    ),
  places: () => said<Place[]>(GET("/api/places")),
  round: (ward_id: number) =>
    said<Round>(GET("/api/wards/{ward_id}/round", { params: { path: { ward_id } } })),
  bedside: (id: number) =>
    said<Bedside>(GET("/api/patients/{patient_id}/bedside", { params: patientAt(id) })),
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

  pastAlarms: (start: number, ward?: number) =>
    said<Alarm[]>(
      GET("/api/alarms/past", {
        params: { query: { start, ...(ward === undefined ? {} : { ward }) } },
      }),
    ),
  alarm: (alarm_id: number) =>
    said<AlarmStory>(GET("/api/alarms/{alarm_id}", { params: { path: { alarm_id } } })),
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
  handOver: (ward_id: number, body: Handover) =>
    said<number>(POST("/api/wards/{ward_id}/handover", { params: { path: { ward_id } }, body })),
  handoverSheet: (ward_id: number) =>
    said<Sheet>(GET("/api/wards/{ward_id}/handover", { params: { path: { ward_id } } })),

  myCalls: () => said<MyCall[]>(GET("/api/reach/calls")),
  devices: () => said<Device[]>(GET("/api/devices")),
  addDevice: (body: { name: string; kind: string; patient_id?: number }) =>
    said<Device>(POST("/api/devices", { body })),
  deviceToken: (device: string) =>
    said<DeviceToken>(POST("/api/devices/{name}/token", deviceAt(device))),
  appSecrets: (device: string) =>
    said<PhoneSecret[]>(GET("/api/devices/{name}/app", deviceAt(device))),
  makeAppSecret: (device: string) =>
    said<NewPhoneSecret>(POST("/api/devices/{name}/app", deviceAt(device))),
  endAppSecret: (device: string) =>
    said<PhoneSecret[]>(POST("/api/devices/{name}/app/end", deviceAt(device))),
  clouds: () => said<Clouds>(GET("/api/clouds")),
  linkCloud: (device: string, service: string, account: string) =>
    said<NewCloudLink>(
      POST("/api/devices/{name}/cloud", { ...deviceAt(device), body: { service, account } }),
    ),
  unlinkCloud: (device: string) =>
    said<unknown>(POST("/api/devices/{name}/cloud/end", deviceAt(device))),
  changeLife: (device: string, status: string, reason: string) =>
    said<Device>(
      POST("/api/devices/{name}/status", { ...deviceAt(device), body: { status, reason } }),
    ),
  /** `instead_of`: who wore it on the screen; 0: nobody. */
  bind: (device: string, patient_id: number | null, instead_of: number) =>
    said<Device>(
      POST("/api/devices/{name}/patient", {
        ...deviceAt(device),
        body: { patient_id, instead_of },
      }),
    ),
  quarantine: (device?: string) =>
    said<Quarantined[]>(
      GET("/api/quarantine", { params: { query: device === undefined ? {} : { device } } }),
    ),
};
