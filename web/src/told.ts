// What the live socket says.

import type { Alarm, Call, Score } from "./words";

export type Row = [
  patient: number,
  vital: string,
  value: number,
  at: number,
  received: number,
  byHand?: boolean,
];
export type DeviceNews = { device: string; what: string };
export type Frame =
  | { type: "beat"; now: number }
  | { type: "readings"; rows: Row[] }
  | { type: "score"; patient_id: number; score: Score }
  | { type: "alarm"; alarm: Alarm }
  | { type: "ahead"; alarms: Alarm[] }
  | { type: "call"; call: Call }
  | { type: "device"; device: DeviceNews }
  | { type: "watching" }
  | { type: "letter"; patient_id: number }
  | { type: "rights" }
  | { type: "guard"; alive: boolean };
