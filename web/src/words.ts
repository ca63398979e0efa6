// The words the server speaks. Times are milliseconds since 1970 UTC.

export type Role = "nurse" | "doctor" | "engineer" | "administrator" | "patient";
export type Person = { id: number; name: string; role: Role };
export type Session = { person: Person; patient_id: number | null; demo: boolean };
export type DemoAccount = { login: string; password: string; name: string; role: Role };
export type Demo = { demo: boolean; accounts: DemoAccount[] };

export type WardKind = "ward" | "home";
export type WardLine = {
  id: number;
  name: string;
  kind: WardKind;
  patients: number;
  open_alarms: number;
};

export type Vital = {
  vital: string;
  value: number;
  at: number;
  received: number;
  device: string | null;
};
export type VitalInfo = {
  vital: string;
  label: string;
  unit: string;
  decimals: number;
  stale_seconds: number;
};
export type Patient = {
  id: number;
  name: string;
  record_number: string;
  birth_date: string;
  age: number;
  sex: string;
  oxygen_scale: 1 | 2;
  ward_id: number | null;
  ward: string | null;
  bed: string | null;
};
/** An occupied bed, for those who need not know who is in it. */
export type Place = { patient_id: number; ward: string; bed: string };
export type Part = {
  parameter: string;
  label: string;
  value: string | null;
  points: number | null;
  at: number | null;
  age_seconds: number | null;
  is_missing: boolean;
};
export type Risk = "low" | "low-medium" | "medium" | "high";
export type Score = {
  name: "news2";
  at: number;
  total: number | null;
  low: number;
  high: number;
  risk: Risk;
  interval: string;
  scale: 1 | 2;
  parts: Part[];
};
export type Call = {
  id: number;
  alarm_id: number;
  patient_id: number | null;
  audience: "carer" | "patient";
  person_id: number;
  person: string;
  step: number;
  round: number;
  created: number;
  due: number;
  seen: number | null;
  ended: number | null;
  outcome: string | null;
};
export type Priority = "high" | "medium" | "low";
export type AlarmState = "active" | "acknowledged" | "latched" | "resolved";
export type Alarm = {
  id: number;
  patient_id: number | null;
  patient: string | null;
  ward_id: number | null;
  bed: string | null;
  device: string | null;
  condition: string;
  kind: "physiological" | "technical";
  priority: Priority;
  state: AlarmState;
  text: string;
  patient_text: string | null;
  value: number | null;
  limit: number | null;
  since: number;
  measured: number | null;
  received: number | null;
  raised: number;
  acknowledged: number | null;
  acknowledged_by: string | null;
  acknowledged_reason: string | null;
  cleared: number | null;
  resolved: number | null;
};
export type AlarmEvent = {
  event: string;
  at: number;
  priority?: Priority | null;
  person?: string | null;
  note?: string | null;
};
export type AlarmStory = Alarm & { events: AlarmEvent[]; calls: Call[] };
export type BedDevice = { name: string; connected: boolean; last_seen: number | null };
export type Bed = {
  bed: string;
  patient: Patient | null;
  vitals: Vital[];
  score: Score | null;
  alarms: Alarm[];
  calls: Call[];
  waves: string[];
  devices: BedDevice[];
};
export type Board = {
  ward: { id: number; name: string; kind: WardKind };
  now: number;
  beds: Bed[];
  vitals: VitalInfo[];
};
export type TrendSeries = {
  vital: string;
  label: string;
  unit: string;
  at: number[];
  low: number[];
  high: number[];
  mean: number[];
};
export type ScorePoint = {
  at: number;
  total: number | null;
  low: number;
  high: number;
  risk: Risk;
};
export type Trend = {
  start: number;
  end: number;
  first: number | null;
  last: number | null;
  series: TrendSeries[];
  alarms: Alarm[];
  scores: ScorePoint[];
  vitals: VitalInfo[];
};
export type WaveStretch = {
  wave: string;
  label: string;
  unit: string;
  rate: number;
  start: number;
  values: number[];
};
export type Device = {
  name: string;
  kind: string;
  status: string;
  connected: boolean;
  last_seen: number | null;
  since: number | null;
  offset_seconds: number | null;
  detail: string | null;
  patient_id: number | null;
  /** Named to carers only; everybody sees the place. */
  patient: string | null;
  ward: string | null;
  bed: string | null;
  certificate_expires: number | null;
  quarantined: number;
  created: number;
};
export type DeviceToken = { token: string; expires: number; command: string; qr: string };
export type Quarantined = {
  id: number;
  device: string | null;
  received: number;
  topic: string;
  reason: string;
  text: string | null;
  /** How many bytes arrived. */
  bytes: number;
  /** The first two thousand of them, base64. */
  head: string;
};
export type Tone = "fine" | "watch" | "act" | "old";
export type TodayVital = {
  vital: string;
  label: string;
  value: number;
  unit: string;
  at: number;
  words: string;
  tone: Tone;
};
export type TodayAlarm = {
  id: number;
  text: string;
  priority: Priority;
  state: AlarmState;
  raised: number;
};
export type Today = {
  patient: Patient;
  now: number;
  vitals: TodayVital[];
  alarms: TodayAlarm[];
  next: { title: string; detail: string }[];
  devices: BedDevice[];
};
