import { expect, test, vi } from "vitest";
import { Live } from "./live";
import { laterThan } from "./live-of";
import { seedBoard, seedWard } from "./seed";
import type { Alarm, Bed, Board } from "./words";

const alarm = (id: number, state: Alarm["state"] = "active") =>
  ({ id, state, patient_id: 7, priority: "high" }) as Alarm;

const board = (alarms: Alarm[]): Board => ({
  ward: { id: 1, name: "Ward 3", kind: "ward" },
  now: 0,
  vitals: [],
  beds: [
    {
      bed: "3-01",
      patient: { id: 7 },
      vitals: [{ vital: "pulse", value: 70, at: 1_000, received: 1_000, device: null }],
      score: null,
      alarms,
      calls: [],
      waves: [],
      devices: [],
    } as unknown as Bed,
  ],
});

test("a late reading never takes the place of a newer one", () => {
  const live = new Live();
  live.hear({ type: "readings", rows: [[7, "pulse", 80, 5_000, 5_000]] });
  live.hear({ type: "readings", rows: [[7, "pulse", 60, 4_000, 6_000]] });
  expect(live.getPatient(7).vitals.pulse?.value).toBe(80);
});

test("an alarm is told to those it concerns, and no number with it", () => {
  const live = new Live();
  live.hear({ type: "beat", now: 0 });
  const [alarms, numbers] = [vi.fn(), vi.fn()];
  live.subscribe(alarms);
  live.subscribeNumbers(numbers);
  live.hear({ type: "readings", rows: [[7, "pulse", 80, 5_000, 5_000]] });
  live.hear({ type: "alarm", alarm: alarm(1) });
  expect(alarms).toHaveBeenCalledTimes(1);
  expect(numbers).not.toHaveBeenCalled();
  live.stop();
});

test("what may be drawn after what rings is told of it once that is painted", () => {
  vi.useFakeTimers();
  const live = new Live();
  live.hear({ type: "beat", now: 0 });
  const later = vi.fn();
  laterThan(live).subscribe(later);
  live.hear({ type: "alarm", alarm: alarm(1) });
  expect(later).not.toHaveBeenCalled();
  vi.advanceTimersByTime(300);
  expect(later).toHaveBeenCalledTimes(1);
  live.seedAlarms([], performance.now(), () => true);
  expect(later).toHaveBeenCalledTimes(2);
  live.stop();
  vi.useRealTimers();
});

test("a board loaded late does not bring back an older value", () => {
  const live = new Live();
  live.hear({ type: "readings", rows: [[7, "pulse", 80, 5_000, 5_000]] });
  seedBoard(live, board([]), performance.now());
  expect(live.getPatient(7).vitals.pulse?.value).toBe(80);
});

test("who said a value is known from the board and from the socket", () => {
  const live = new Live();
  const known = board([]);
  const bed = known.beds[0] as Bed;
  bed.vitals = [{ vital: "pulse", value: 70, at: 1_000, received: 1_000, device: "by hand" }];
  seedBoard(live, known, performance.now());
  expect(live.getPatient(7).vitals.pulse?.byHand).toBe(true);
  live.hear({ type: "readings", rows: [[7, "pulse", 71, 2_000, 2_000, false]] });
  expect(live.getPatient(7).vitals.pulse?.byHand).toBe(false);
  live.hear({ type: "readings", rows: [[7, "pulse", 72, 3_000, 3_000, true]] });
  expect(live.getPatient(7).vitals.pulse?.byHand).toBe(true);
});

test("an alarm resolved while the board was on its way stays resolved", () => {
  const live = new Live();
  seedBoard(live, board([alarm(1)]), performance.now());
  const asked = performance.now();
  live.hear({ type: "alarm", alarm: alarm(1, "resolved") });
  seedBoard(live, board([alarm(1)]), asked);
  expect(live.getAlarms()).toEqual([]);
});

test("an alarm raised while the board was on its way stays raised", () => {
  const live = new Live();
  const asked = performance.now();
  live.hear({ type: "alarm", alarm: alarm(2) });
  seedBoard(live, board([]), asked);
  expect(live.getAlarms().map(({ id }) => id)).toEqual([2]);
});

test("an alarm that ended while nothing was heard is gone with the next board", async () => {
  const live = new Live();
  live.hear({ type: "alarm", alarm: alarm(3) });
  await new Promise((done) => setTimeout(done, 2));
  seedBoard(live, board([]), performance.now());
  expect(live.getAlarms()).toEqual([]);
});

test("the first frame opens the link", () => {
  const live = new Live();
  expect(live.getLink().state).toBe("opening");
  live.hear({ type: "beat", now: 1_000_000 });
  expect(live.getLink().state).toBe("open");
});

test("an alarm of a ward that is watched no more does not ring on", () => {
  const live = new Live();
  live.watch({ watch: "ward", id: 1 });
  live.hear({ type: "alarm", alarm: alarm(1) });
  live.hear({ type: "alarm", alarm: { ...alarm(2), patient_id: null, ward_id: null } });
  live.watch({ watch: "patient", id: 8 });
  live.hear({ type: "alarm", alarm: alarm(3) });
  expect(live.getAlarms().map(({ id }) => id)).toEqual([2]);
});

test("a dead watcher is not a quiet ward", () => {
  const live = new Live();
  live.hear({ type: "beat", now: 1_000_000 });
  expect(live.getGuarded()).toBe(true);
  live.hear({ type: "guard", alive: false });
  live.hear({ type: "beat", now: 1_001_000 });
  expect([live.getLink().state, live.getGuarded()]).toEqual(["open", false]);
  live.hear({ type: "guard", alive: true });
  expect(live.getGuarded()).toBe(true);
});

test("on a chart the followed ward's alarms stay", () => {
  const live = new Live();
  live.follow([1]);
  live.watch({ watch: "ward", id: 1 });
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 1 } });
  live.watch({ watch: "patient", id: 8 });
  live.hear({ type: "alarm", alarm: { ...alarm(2), ward_id: 1 } });
  live.hear({ type: "alarm", alarm: { ...alarm(3), ward_id: 2 } });
  expect(live.getAlarms().map(({ id }) => id)).toEqual([1, 2]);
});

test("who follows no ward keeps no patient's alarm when the board is left", () => {
  const live = new Live();
  live.watch({ watch: "ward", id: 1 });
  live.follow([]);
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 1 } });
  expect(live.getAlarms().map(({ id }) => id)).toEqual([1]);
  live.watch(null);
  expect(live.getAlarms()).toEqual([]);
});

test("a patient who moved to another ward takes their alarm along", () => {
  const live = new Live();
  live.follow([1]);
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 1 } });
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 2 } });
  expect(live.getAlarms()).toEqual([]);
});

test("what the server no longer counts as open is gone, of that ward alone", async () => {
  const live = new Live();
  live.follow([1, 2]);
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 1 } });
  live.hear({ type: "alarm", alarm: { ...alarm(2), ward_id: 2 } });
  live.hear({ type: "alarm", alarm: { ...alarm(3), patient_id: null, ward_id: null } });
  await new Promise((done) => setTimeout(done, 2));
  seedWard(live, 1, [{ ...alarm(4), ward_id: 1 }], performance.now());
  expect(live.getAlarms().map(({ id }) => id)).toEqual([2, 4]);
});

test("the answer to one's own act does not take back what was heard while it was on its way", async () => {
  const live = new Live();
  live.hear({ type: "alarm", alarm: alarm(1) });
  await new Promise((done) => setTimeout(done, 2));
  const asked = performance.now();
  await new Promise((done) => setTimeout(done, 2));
  live.hear({ type: "alarm", alarm: alarm(1, "acknowledged") });
  live.hear({ type: "alarm", alarm: alarm(1) }); // worse: it rings anew
  live.learn(alarm(1, "acknowledged"), asked);
  expect(live.getAlarm(1)?.state).toBe("active");
  live.learn(alarm(1, "acknowledged"), performance.now() + 1);
  expect(live.getAlarm(1)?.state).toBe("acknowledged");
});

test("an alarm told while the open ones were asked for stays", () => {
  const live = new Live();
  live.follow([1]);
  const asked = performance.now() - 1;
  live.hear({ type: "alarm", alarm: { ...alarm(1), ward_id: 1 } });
  seedWard(live, 1, [], asked);
  expect(live.getAlarms().map(({ id }) => id)).toEqual([1]);
});

/** Connections as they are made; the last is the newest. */
class Wire {
  static made: Wire[] = [];
  readyState = 0;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;
  constructor() {
    Wire.made.push(this);
  }
  send() {}
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen();
  }
}

function wired(): Live {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("location", { protocol: "https:", host: "homeward.test" });
  Wire.made = [];
  const live = new Live();
  live.start();
  return live;
}

function unwired(live: Live): void {
  live.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
}

test("a connection that opens and stays silent is given up, however often", () => {
  const live = wired();
  for (let times = 1; times <= 3; times++) {
    expect(Wire.made.length).toBe(times);
    Wire.made.at(-1)?.opens();
    vi.advanceTimersByTime(7_000); // silent for 5 s, then the wait before the next
  }
  expect(live.getLink().state).toBe("lost");
  unwired(live);
});

test("a connection that never comes is given up", () => {
  const live = wired();
  vi.advanceTimersByTime(14_000);
  expect(Wire.made.length).toBe(1); // a poor line takes its time
  vi.advanceTimersByTime(3_000);
  expect(Wire.made.length).toBe(2);
  unwired(live);
});
