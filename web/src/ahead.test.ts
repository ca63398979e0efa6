import { expect, test, vi } from "vitest";
import { Ahead, FORGOTTEN_MS } from "./ahead";
import { Live } from "./live";
import type { Alarm } from "./words";

const alarm = (more: Partial<Alarm> = {}): Alarm =>
  ({
    id: 0,
    patient_id: 7,
    ward_id: 1,
    device: null,
    condition: "oxygen_low",
    state: "active",
    priority: "high",
    raised: 1_000,
    rung: 1_000,
    cause_id: null,
    ...more,
  }) as Alarm;

const shown = (live: Live) =>
  live.getAlarms().map(({ id, priority, is_ahead }) => [Math.sign(id), priority, !!is_ahead]);

test("an alarm stands before it has a number, and gives way to its row", () => {
  const live = new Live();
  live.hear({ type: "ahead", alarms: [alarm()] });
  expect(shown(live)).toEqual([[-1, "high", true]]);
  live.hear({ type: "alarm", alarm: alarm({ id: 4 }) });
  expect(shown(live)).toEqual([[1, "high", false]]);
});

test("two conditions of one patient are two alarms", () => {
  const live = new Live();
  live.hear({ type: "ahead", alarms: [alarm(), alarm({ condition: "pulse_high" })] });
  expect(new Set(live.getAlarms().map(({ id }) => id)).size).toBe(2);
});

test("told again, it is the same alarm", () => {
  const live = new Live();
  live.hear({ type: "ahead", alarms: [alarm()] });
  const [first] = live.getAlarms();
  live.hear({ type: "ahead", alarms: [alarm()] });
  expect(live.getAlarms().map(({ id }) => id)).toEqual([first?.id]);
});

test("a row that becomes worse keeps its number and its beginning", () => {
  const live = new Live();
  live.hear({ type: "alarm", alarm: alarm({ id: 4, priority: "medium", state: "acknowledged" }) });
  live.hear({ type: "ahead", alarms: [alarm({ raised: 9_000, rung: 9_000 })] });
  expect(live.getAlarms()).toMatchObject([
    { id: 4, priority: "high", state: "active", raised: 1_000, is_ahead: true },
  ]);
});

test("what was told ahead and led to no row goes when the server says so", () => {
  const live = new Live();
  live.hear({ type: "ahead", alarms: [alarm()] });
  live.hear({ type: "ahead", alarms: [alarm({ state: "resolved", rung: 1_500 })] });
  expect(live.getAlarms()).toEqual([]);
});

test("a row that came first is not doubled by what was told ahead of it", () => {
  const live = new Live();
  live.hear({ type: "alarm", alarm: alarm({ id: 4 }) });
  live.hear({ type: "ahead", alarms: [alarm()] });
  expect(shown(live)).toEqual([[1, "high", false]]);
});

test("an older row does not end what has begun since", () => {
  const live = new Live();
  live.hear({ type: "ahead", alarms: [alarm({ rung: 5_000 })] });
  live.hear({ type: "alarm", alarm: alarm({ id: 4, state: "resolved", rung: 1_000 }) });
  expect(shown(live)).toEqual([[-1, "high", true]]);
});

test("the list is the same object until something changes", () => {
  const ahead = new Ahead();
  ahead.take([alarm()], [], 0);
  const rows: Alarm[] = [];
  expect(ahead.over(rows)).toBe(ahead.over(rows));
});

test("what the server has not told again for long is forgotten", () => {
  const ahead = new Ahead();
  ahead.take([alarm()], [], 0);
  expect(ahead.forget(FORGOTTEN_MS)).toBe(false);
  expect(ahead.forget(FORGOTTEN_MS + 1)).toBe(true);
  expect(ahead.over([])).toEqual([]);
});

test("a row that looks as what was told ahead of it is drawn already; one that is worse is not", () => {
  const ahead = new Ahead();
  expect(ahead.take([alarm()], [], 0)).toBe(true);
  expect(ahead.take([alarm()], [], 1_000)).toBe(false);
  expect(ahead.isDrawn(alarm({ id: 4 }))).toBe(true);
  expect(ahead.isDrawn(alarm({ id: 4, state: "acknowledged" }))).toBe(false);
  expect(ahead.isDrawn(alarm({ id: 4, condition: "pulse_high" }))).toBe(false);
  expect(ahead.take([alarm({ priority: "medium", rung: 2_000 })], [], 2_000)).toBe(true);
  expect(ahead.take([alarm({ state: "resolved", rung: 3_000 })], [], 3_000)).toBe(true);
});

test("an alarm is drawn at once, its row and its calls soon after", () => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (paint: () => void) => setTimeout(paint, 16));
  const live = new Live();
  live.hear({ type: "alarm", alarm: alarm({ id: 9, condition: "pulse_high" }) });
  const told = vi.fn();
  live.subscribe(told);
  live.hear({ type: "ahead", alarms: [alarm()] });
  expect(told).toHaveBeenCalledTimes(1);
  live.hear({ type: "alarm", alarm: alarm({ id: 4 }) });
  expect(told).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(told).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
