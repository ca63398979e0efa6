// What is true right now, for every screen: one WebSocket, one store outside React.
//
// Screens read slices with the hooks of live.ts. A value ages by the server's clock on the page's
// own timer, so that it blanks whether or not the socket still speaks.

import { replaceEqualDeep } from "@tanstack/react-query";
import { Ahead } from "./ahead";
import { moment, ServerClock } from "./clock";
import { alarmWards, isHeard, type Watch } from "./hearing";
import { BY_HAND, type LivePatient, NOBODY, withReading } from "./live-patient";
import { Receipts } from "./receipts";
import { Shelf } from "./shelf";
import { Paint, Teller } from "./teller";
import type { DeviceNews, Frame, Row } from "./told";
import type { Alarm, BedDevice, Call, Score, Vital } from "./words";

/** No frame for this long and the connection is lost (the server beats every second). */
export const LOST_AFTER_MS = 5_000;
/** A connection that is not there after so long never comes: the network changed under it. */
const CONNECT_MS_MAX = 15_000;
// WebSocket.OPEN, which unit tests lack.
const OPEN = 1;
const RETRY_MS_MIN = 400;
/** A screen that waits longer is blind for longer than the platform is away. */
const RETRY_MS_MAX = 1_500;
/** So many kept of what has ended: what is open is never dropped. */
const ENDED_MAX = 10_000;
/** Numbers wait for each other: what draws each by itself is busy when an alarm comes. */
const NUMBERS_MS = 200;
/** So does what only adds to an alarm: its row, who is called. The alarm itself is painted first. */
const AFTER_MS = 60;
const NEWS_MS = 60_000;
/** A visible tab says so this often: who has none is called elsewhere, or the next person is. */
const VISIBLE_MS = 5_000;
/** The close code of a session that ended. */
const SIGNED_OUT = 4401;

export type LinkState = "opening" | "open" | "lost";
export type Link = { state: LinkState; heard: number | null };
const isSeen = () => globalThis.document?.visibilityState === "visible";

export class Live {
  private patients = new Map<number, LivePatient>();
  private alarms = new Shelf<Alarm>(ENDED_MAX);
  private ahead = new Ahead();
  private calls = new Shelf<Call>(ENDED_MAX);
  private devices = new Map<string, BedDevice>();
  readonly paint = new Paint();
  private teller = new Teller(this.paint);
  /** Of values and scores alone: an alarm is not drawn together with what else has changed. */
  private numbers = new Teller(this.paint);
  private receipts = new Receipts((what) => this.send(what));
  private secondListeners = new Set<() => void>();
  private path = "/api/live";
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private retries = 0;
  private began = 0;
  private tried = 0;
  private heard = 0;
  private watching: Watch | null = null;
  /** Wards whose alarms are heard whatever the screen shows; null until that is known. */
  private followed: readonly number[] | null = null;
  private alarmWards: readonly number[] = [];
  /** Rises each time the server says that it now tells what was asked for. */
  private agreements = 0;
  /** The same, but not where somebody's right to see has changed. */
  private begun = 0;
  /** What was last said of whether this tab is visible, and when (performance.now). */
  private visible: { is: boolean; at: number } | null = null;
  private link: Link = { state: "opening", heard: null };
  /** Whether the server's watcher judges what comes; until we are told, nobody says it does not. */
  private isGuarded = true;
  private second = Math.floor(Date.now() / 1000);
  /** Rises with each new connection: what was missed meanwhile must be asked for again. */
  private connections = 0;
  private deviceNews = 0;
  private letterNews = 0;
  private callNews = 0;
  /** Called when the server says that nobody is signed in any more. */
  onSignedOut: () => void = () => undefined;
  readonly clock = new ServerClock();

  // --- connection ---------------------------------------------------------------------------

  /** `path`: the socket of who is signed in, or of a locked board. */
  start(path = "/api/live"): void {
    if (this.timer !== undefined) return;
    this.path = path;
    this.began = performance.now();
    this.timer = setInterval(() => this.tick(), 250);
    globalThis.document?.addEventListener("visibilitychange", this.sayVisible);
    this.connect();
  }

  stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.timer = undefined;
    globalThis.document?.removeEventListener("visibilitychange", this.sayVisible);
    this.socket?.close();
    this.socket = null;
    this.patients.clear();
    this.alarms.clear();
    this.ahead.clear();
    this.calls.clear();
    this.devices.clear();
    this.receipts.clear();
    this.watching = null;
    this.followed = null;
    this.alarmWards = [];
    this.heard = 0;
    this.isGuarded = true;
    this.link = { state: "opening", heard: null };
    this.teller.tell();
  }

  watch(what: Watch | null): void {
    const { watching } = this;
    this.watching = what;
    if (watching?.watch !== what?.watch || watching?.id !== what?.id) this.turn();
  }

  /** Hear the alarms and calls of these wards on every screen. */
  follow(wards: readonly number[]): void {
    if (wards.join() === this.followed?.join()) return;
    this.followed = [...wards];
    this.turn();
  }

  /** Tell the server what is heard now, and forget what no longer is. */
  private turn(): void {
    this.alarmWards = alarmWards(this.watching, this.followed ?? []);
    this.sendWatch();
    // Of what is heard no more nothing is heard: kept, an alarm would ring on after its answer.
    this.alarms.keep((alarm) => this.isHeard(alarm));
    this.calls.keep((call) => this.alarms.get(call.alarm_id) !== undefined);
    this.teller.tell();
  }

  private sendWatch(): void {
    const { watch, id } = this.watching ?? { watch: null, id: 0 };
    this.send({ watch, id, wards: this.followed ?? [] });
  }

  private isHeard(alarm: Alarm): boolean {
    if (!this.watching && !this.followed) return true; // nothing is chosen yet
    return isHeard(alarm, this.watching, this.alarmWards);
  }

  /** Calls that stand on a visible tab. */
  show(calls: number[]): void {
    if (this.socket?.readyState === OPEN) this.receipts.show(calls);
  }

  /** An alarm that stands on a visible tab. */
  render(alarm: number, rung: number): void {
    if (this.socket?.readyState === OPEN) this.receipts.render(alarm, rung);
  }

  /** Open alarms are told again after a restart: those are no news. */
  private isNews({ rung }: Alarm): boolean {
    return this.now() - rung < NEWS_MS && isSeen();
  }

  /** Whether somebody can see this page: at once when it changes, and again while they can. */
  private sayVisible = (): void => {
    if (this.socket?.readyState !== OPEN) return;
    const is = isSeen();
    const at = performance.now();
    if (this.visible?.is === is && (!is || at - this.visible.at < VISIBLE_MS)) return;
    this.visible = { is, at };
    this.send({ visible: is });
  };

  private send(what: object): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(what));
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket = socket;
    this.tried = performance.now();
    socket.onopen = () => {
      this.tried = performance.now();
      this.retries = 0;
      this.receipts.again();
      this.sendWatch();
      this.visible = null;
      this.sayVisible();
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(JSON.parse(event.data as string) as Frame);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.reconnectLater();
      if (code === SIGNED_OUT) this.onSignedOut();
    };
  }

  private reconnectLater(): void {
    this.socket = null;
    // Jitter: a ward of screens must not all knock at the same instant after a restart.
    const most = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(this.retries++, 6));
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), most * (0.5 + Math.random() / 2));
  }

  private tick(): void {
    const silent = performance.now() - (this.heard || this.began);
    if (silent > LOST_AFTER_MS && this.link.state !== "lost") {
      this.setLink("lost");
      this.receipts.again();
    }
    if (this.link.state === "lost") this.dropDead();
    // Only while a watcher lives that would have told it again.
    if (!this.getBlind() && this.ahead.forget(performance.now())) this.teller.tell();
    this.sayVisible();
    const second = Math.floor(this.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      for (const listener of this.secondListeners) listener();
    }
  }

  /** A socket that is open but silent is a dead one (a pulled cable never says goodbye), also one
   * that was made since. */
  private dropDead(): void {
    const { socket } = this;
    if (!socket) return;
    const most = socket.readyState === OPEN ? LOST_AFTER_MS : CONNECT_MS_MAX;
    if (performance.now() - Math.max(this.heard, this.tried) <= most) return;
    this.reconnectLater();
    socket.close();
  }

  private setLink(state: LinkState): void {
    this.link = { state, heard: this.heard ? this.now() : null };
    this.teller.tell();
  }

  // --- what it hears ------------------------------------------------------------------------

  hear(frame: Frame): void {
    this.heard = performance.now();
    const within = this.takeIn(frame, this.heard);
    if (this.link.state !== "open") {
      this.connections += 1;
      this.setLink("open");
    } else if (within !== null) this.teller.within(within);
  }

  /** Within how many ms it must be drawn; null where nothing changed. */
  private takeIn(frame: Frame, at: number): number | null {
    if (frame.type === "beat") {
      this.clock.hear(frame.now, moment());
      return null;
    }
    if (frame.type === "readings" || frame.type === "score") {
      if (frame.type === "readings") for (const row of frame.rows) this.take(row);
      else this.takeScore(frame.patient_id, frame.score);
      this.numbers.within(NUMBERS_MS);
      return null;
    }
    if (frame.type === "alarm") {
      const isDrawn = this.ahead.isDrawn(frame.alarm);
      this.receipts.hear(frame.alarm, at, this.isNews(frame.alarm));
      this.takeAlarm(frame.alarm, at);
      return isDrawn ? AFTER_MS : 0;
    }
    if (frame.type === "ahead") {
      const heard = frame.alarms.filter((alarm) => this.isHeard(alarm));
      return this.ahead.take(heard, this.alarms.all(), at) ? 0 : null;
    }
    if (frame.type === "call") {
      this.callNews += 1;
      this.takeCall(frame.call, at);
      return AFTER_MS;
    }
    if (frame.type === "letter") {
      this.letterNews += 1;
      return AFTER_MS;
    }
    if (frame.type === "watching") this.begun += 1;
    if (frame.type === "device") this.takeDevice(frame.device);
    // Other rights: what was loaded is asked for anew, as where it begins to tell.
    else if (frame.type === "watching" || frame.type === "rights") this.agreements += 1;
    else if (frame.type === "guard") this.isGuarded = frame.alive;
    return 0;
  }

  /**
   * Open alarms as they were asked for at `asked` (performance.now); of those that `isOf` names any
   * other ended while we could not hear. What the socket said after that moment is newer and stays.
   */
  seedAlarms(alarms: readonly Alarm[], asked: number, isOf: (alarm: Alarm) => boolean): void {
    for (const alarm of alarms) this.takeAlarm(alarm, asked);
    this.alarms.keepOf(alarms, asked, isOf);
    this.teller.tell();
  }

  /** The same of calls: of an alarm's own page these, and no other ends. */
  seedCalls(
    calls: readonly Call[],
    asked: number,
    isOf: (call: Call) => boolean = () => false,
  ): void {
    for (const call of calls) this.takeCall(call, asked);
    this.calls.keepOf(calls, asked, isOf);
    this.teller.tell();
  }

  seedDevices(devices: readonly BedDevice[]): void {
    this.devices = new Map([...this.devices, ...devices.map((one) => [one.name, one] as const)]);
    this.teller.within(NUMBERS_MS);
  }

  /**
   * What an answer to our own request said about an alarm. What the socket said since it was sent, at
   * `asked` (performance.now), is newer: a slow answer must not make one answered that rings anew.
   */
  learn(alarm: Alarm, asked: number): void {
    this.takeAlarm(alarm, asked);
    this.teller.tell();
  }

  /** Values known from elsewhere. */
  seedVitals(id: number, vitals: readonly Vital[], score: Score | null, waves: string[]): void {
    let patient = this.getPatient(id);
    for (const { vital, device, ...value } of vitals)
      patient = withReading(patient, vital, { ...value, byHand: device === BY_HAND });
    if (score && score.at >= (patient.score?.at ?? 0)) patient = { ...patient, score };
    this.patients.set(id, replaceEqualDeep(this.patients.get(id), { ...patient, waves }));
    this.numbers.within(NUMBERS_MS);
  }

  private take([id, vital, value, at, received, byHand = false]: Row): void {
    const patient = this.patients.get(id) ?? NOBODY;
    this.patients.set(id, withReading(patient, vital, { value, at, received, byHand }));
  }

  /** Screens show the one score a patient is known by. */
  private takeScore(id: number, score: Score): void {
    if (score.is_leading) this.change(id, { score });
  }

  private change(id: number, what: Partial<LivePatient>): void {
    this.patients.set(id, { ...(this.patients.get(id) ?? NOBODY), ...what });
  }

  private takeAlarm(alarm: Alarm, asked: number): void {
    this.alarms.take(alarm, asked, alarm.state === "resolved" || !this.isHeard(alarm));
    this.ahead.written(alarm);
  }

  private takeCall(call: Call, asked: number): void {
    this.calls.take(call, asked, call.ended !== null);
  }

  private takeDevice({ device, what }: DeviceNews): void {
    this.deviceNews += 1;
    if (what !== "connected" && what !== "disconnected") return;
    const last_seen = this.now();
    const state = { name: device, connected: what === "connected", last_seen };
    this.devices = new Map(this.devices).set(device, state);
  }

  // --- reading ------------------------------------------------------------------------------

  now = (): number => this.clock.now(moment());
  getSecond = (): number => this.second;
  getLink = (): Link => this.link;
  getGuarded = (): boolean => this.isGuarded;
  getBlind = (): boolean => this.link.state === "lost" || !this.isGuarded;
  getConnections = (): number => this.connections;
  getAgreements = (): number => this.agreements;
  getBegun = (): number => this.begun;
  getAlarmWards = (): readonly number[] => this.alarmWards;
  getPatient = (id: number): LivePatient => this.patients.get(id) ?? NOBODY;
  getAlarms = (): readonly Alarm[] => this.ahead.over(this.alarms.all());
  getAlarm = (id: number): Alarm | undefined => this.alarms.get(id);
  getCalls = (): readonly Call[] => this.calls.all();
  getDeviceNews = (): number => this.deviceNews;
  getLetterNews = (): number => this.letterNews;
  getCallNews = (): number => this.callNews;
  getDevices = (): ReadonlyMap<string, BedDevice> => this.devices;

  subscribe = this.teller.subscribe;
  /** Only what patients' values and scores change. */
  subscribeNumbers = this.numbers.subscribe;

  /** Only what a clock changes. */
  subscribeSeconds = (listener: () => void): (() => void) => {
    this.secondListeners.add(listener);
    return () => this.secondListeners.delete(listener);
  };
}
