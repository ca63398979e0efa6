// The words the server speaks: its own document's types (`npm run types` writes api.d.ts),
// narrowed where it says no more than "text". Times are milliseconds since 1970 UTC.

import type { components } from "./api.d";

type Said = components["schemas"];
type Narrow<Wide, Fields extends Partial<Record<keyof Wide, unknown>>> = Omit<Wide, keyof Fields> &
  Fields;

export type Role = Said["Role"];
export type Session = Said["SessionView"];
/** `language` null: never chosen, so the browser's. */
export type Choices = Said["ChoicesView"];
export type NewChoices = Said["NewChoices"];
export type DemoAccount = Said["DemoAccount"];
export type Demo = Said["DemoView"];
export type Account = Said["AccountView"];
export type PasskeyLine = Said["PasskeyLine"];
export type SessionLine = Said["SessionLine"];
export type AppSecret = Said["AppView"];
export type Codes = Said["CodesView"];

export type WardKind = "ward" | "home";
export type WardLine = Narrow<Said["WardView"], { kind: WardKind }>;
export type Place = Said["PlaceView"];

export type Vital = Said["VitalShown"];
export type VitalInfo = Said["VitalInfo"];
export type Patient = Narrow<Said["PatientShown"], { oxygen_scale: 1 | 2 }>;

export type Part = Said["PartShown"];
export type Risk = "low" | "low-medium" | "medium" | "high";
export type Score = Narrow<
  Said["ScoreShown"],
  { risk: Risk; scale: 1 | 2; risk_at_worst: Risk | null }
>;
export type ScoreChart = Said["ChartShown"];
export type Scores = Narrow<Said["ScoresShown"], { scores: Score[]; others: Score[] }>;
export type ScorePoint = Narrow<Said["ScorePoint"], { risk: Risk }>;

type Audience = "carer" | "patient" | "relative";
type CallTarget = "person" | "rota" | "assigned" | "everybody" | "staff" | "patient" | "relative";
type CallFields = { audience: Audience; target: CallTarget | "" };
export type Call = Narrow<Said["CallShown"], CallFields>;
export type Priority = "high" | "medium" | "low";
export type AlarmState = "active" | "audio-paused" | "acknowledged" | "latched" | "resolved";
type AlarmFields = {
  kind: "physiological" | "technical";
  priority: Priority;
  state: AlarmState;
};
/** `is_ahead`: told before its row is written, without a number, and not to be answered yet. */
export type Alarm = Narrow<Said["AlarmShown"], AlarmFields> & { is_ahead?: true };
export type AlarmEvent = Said["EventShown"];
export type System = Said["SystemShown"];
export type Sentinel = Said["SentinelView"];
export type SentinelRound = Said["RoundView"];
export type LatencyStep = Said["LatencyStep"];
export type AlarmLoad = Said["Load"];
export type RuleLoad = Said["RuleLoad"];
export type Receipt = Said["ReceiptShown"];
export type AlarmStory = Narrow<Said["AlarmStory"], AlarmFields & { calls: Call[] }>;

/** A locked board: every alarm without its patient. */
export type Locked = Narrow<Said["LockedShown"], { alarms: Alarm[] }>;

export type Named = Said["Named"];
export type RotaSpan = Said["SpanShown"];
export type Rota = Said["RotaShown"];
export type RotaOverride = Said["OverrideShown"];
export type Chain = Said["ChainShown"];
export type ChainStep = Said["StepShown"];
export type WardRotas = Said["WardRotas"];
export type NewOverride = Said["NewOverride"];
export type Handover = Said["Handover"];
export type NewChain = Said["NewChain"];
export type NewRota = Said["NewRota"];
export type Sheet = Said["Sheet"];
export type Plan = Said["PlanShown"];
export type NewPlan = Said["NewPlan"];
export type PlanWish = NewPlan["plan"];
export type ToldRelative = Narrow<
  Said["ToldShown"],
  { priority: Priority; team: "answered" | "called" | "not called" }
>;
export type ToldPage = Narrow<
  Said["ToldView"],
  { told: ToldRelative[]; chosen: Narrow<Said["ChosenShown"], { priorities: Priority[] }>[] }
>;
export type Quiet = Said["QuietShown"];
export type NewQuiet = Said["NewQuiet"];
export type Relative = Narrow<Said["RelativeShown"], { priorities: Priority[] }>;
export type Invitation = Narrow<Said["InvitationShown"], { priorities: Priority[] }>;
export type PersonTold = Narrow<Said["PersonTold"], { audience: Audience }>;
export type AlarmTold = Narrow<Said["AlarmTold"], { priority: Priority; people: PersonTold[] }>;
export type Telling = Narrow<
  Said["Telling"],
  { relatives: Relative[]; invitations: Invitation[]; told: AlarmTold[] }
>;
export type InvitationMade = Said["InvitationMade"];
export type Invited = Narrow<
  Said["Invited"],
  { priorities: Priority[]; state: "open" | "accepted" | "withdrawn" | "expired" }
>;
export type NewRelative = Said["NewRelative"];

export type BedDevice = Said["WornDevice"];
export type Bed = Narrow<
  Said["BedShown"],
  { patient: Patient | null; score: Score | null; alarms: Alarm[]; calls: Call[] }
>;
/** Who lies in a bed, with what: all else of a bed lives in the store and changes by itself. */
export type BedPlace = Omit<Bed, "vitals" | "score" | "alarms" | "calls" | "waves">;
export type BoardPlaces = Pick<Board, "ward" | "vitals"> & { beds: BedPlace[] };
export type PatientNow = Narrow<Said["PatientNow"], { beds: Bed[] }>;
export type Board = Narrow<
  Said["Board"],
  { ward: Narrow<Said["WardShown"], { kind: WardKind }>; beds: Bed[] }
>;

export type Entry = Said["Entry"];
export type EnteredValue = Said["EnteredValue"];
export type Absent = Said["Absent"];
export type Observation = Said["ObservationShown"];
export type EntryAnswer = Said["EntryAnswer"];
export type BedRound = Narrow<
  Said["BedRound"],
  { patient: Patient | null; score: Score | null; order: Said["OrderShown"] | null }
>;
export type Round = Narrow<Said["RoundShown"], { beds: BedRound[] }>;
export type Order = Said["OrderShown"];
export type Orders = Narrow<Said["OrdersShown"], { bed: BedRound | null }>;
export type NewOrder = Said["NewOrder"];
export type ToEnter = Said["ToEnter"];
export type LastValue = Said["LastValue"];
export type Bedside = Narrow<Said["Bedside"], { patient: Patient; bed: BedRound | null }>;
export type Preview = Narrow<Said["Preview"], { score: Score | null }>;

export type TrendSeries = Said["Series"];
export type Trend = Narrow<Said["Trend"], { alarms: Alarm[]; scores: ScorePoint[] }>;
export type WaveStretch = Said["WaveShown"];

export type Device = Said["DeviceView"];
export type DeviceToken = Said["TokenView"];
export type PhoneSecret = Said["SecretView"];
export type NewPhoneSecret = Said["NewSecretView"];
export type CloudLink = Said["OpenCloudLinkView"];
export type Clouds = Said["CloudsView"];
export type NewCloudLink = Said["NewCloudLinkView"];
export type Treatment = Said["TreatmentView"];
export type MeterRecord = Said["MeterSaid"];
export type SaidBeside = Said["SaidBeside"];
export type ImplantReport = Said["ImplantReportView"];
export type Sources = Said["SourcesShown"];
export type VitalSource = Said["SourceShown"];
export type SourcedReading = Said["SourcedReading"];
export type Totals = Said["TotalsShown"];
export type TotalMetric = Said["TotalShown"];
export type TotalDay = Said["TotalDay"];
export type TotalPart = Said["TotalPart"];
export type ImplantItem = Said["ImplantItemView"];
export type Quarantined = Said["QuarantineView"];

export type TodayVital = Said["VitalInWords"];
export type Tone = TodayVital["tone"];
export type TodayAlarm = Narrow<Said["AlarmForPatient"], { priority: Priority; state: AlarmState }>;
export type Today = Narrow<Said["Today"], { patient: Patient; alarms: TodayAlarm[] }>;

export type Limit = Said["LimitShown"];
export type Level = "patient" | "ward" | "site";
export type LevelLine = Narrow<Said["LevelShown"], { scope: Level }>;
export type RuleLine = Narrow<
  Said["RuleShown"],
  { side: "below" | "above" | null; scope: Level | null; levels: LevelLine[] }
>;
export type SettingLine = Narrow<Said["SettingShown"], { choice: Choice }>;
export type Limits = Narrow<Said["LimitsShown"], { rules: RuleLine[]; history: SettingLine[] }>;
export type Choice = Said["Choice"];
export type NewSetting = Said["NewSetting"];
export type Replayed = Said["Replayed"];
export type ScoreSwitch = Narrow<Said["SwitchShown"], { scope: Level }>;
export type ScoreUse = Narrow<
  Said["ScoreUse"],
  { levels: ScoreSwitch[]; own: Said["OwnShown"] | null }
>;
export type ScoresInUse = Narrow<Said["ScoresInUse"], { scores: ScoreUse[] }>;
export type ScoreKey = Said["KeyLine"];
export type SwitchLine = Said["SwitchLine"];
export type NewSwitch = Said["NewSwitch"];
export type Way = "web_push" | "email" | "sms" | "voice" | "other";
export type DeliveryState =
  | "queued"
  | "sent"
  | "delivered"
  | "seen"
  | "acknowledged"
  | "failed"
  | "needless";
export type Contact = Narrow<
  Said["ContactView"],
  { way: Way; priority_min: Priority; last_state: DeliveryState | null }
>;
export type NewContact = Said["NewContact"];
export type ContactChange = Said["ContactChange"];
export type Reach = Narrow<
  Said["ReachView"],
  {
    contacts: Contact[];
    ways: { way: Way; is_set_up: boolean }[];
    lost: Narrow<Said["LostContactView"], { way: Way }>[];
  }
>;
export type Delivery = Narrow<Said["DeliveryView"], { state: DeliveryState }>;
export type Target = Said["TargetView"];
export type MyCall = Narrow<
  Said["MyCall"],
  Pick<CallFields, "target"> & {
    priority: Priority;
    messages: Narrow<Said["MessageShown"], { way: Way; state: DeliveryState }>[];
  }
>;

export type AuditEntry = Said["AuditEntry"];
export type AuditFound = Said["AuditFound"];
export type AuditPatient = Said["PatientFound"];
export type Looked = Said["Looked"];
