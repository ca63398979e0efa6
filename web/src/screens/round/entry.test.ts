import { describe, expect, it } from "vitest";
import type { ToEnter } from "../../words";
import { entryOf, every, faultOf, lasting, numberOf } from "./entry";
import { seenOf } from "./seen";

const INFOS: ToEnter[] = [
  {
    vital: "respiratory_rate",
    label: "Resp",
    units: ["/min"],
    low: 0,
    high: 150,
    decimals: 0,
    stale_seconds: 15,
  },
  {
    vital: "temperature",
    label: "Temp",
    units: ["Cel"],
    low: 10,
    high: 50,
    decimals: 1,
    stale_seconds: 21600,
  },
  {
    vital: "pulse",
    label: "Pulse",
    units: ["/min"],
    low: 0,
    high: 350,
    decimals: 0,
    stale_seconds: 10,
  },
  {
    vital: "consciousness",
    label: "ACVPU",
    units: ["1"],
    low: 0,
    high: 4,
    decimals: 0,
    stale_seconds: 21600,
  },
  {
    vital: "on_oxygen",
    label: "Oxygen",
    units: ["1"],
    low: 0,
    high: 1,
    decimals: 0,
    stale_seconds: 21600,
  },
  {
    vital: "oxygen_flow",
    label: "O₂ flow",
    units: ["L/min"],
    low: 0,
    high: 100,
    decimals: 0,
    stale_seconds: 21600,
  },
];
const info = (vital: string) => INFOS.find((each) => each.vital === vital) as ToEnter;

describe("a number as people type it", () => {
  it.each([
    ["38,4", 38.4],
    [" 38.4 ", 38.4],
    ["97", 97],
    ["", null],
    ["1e3", null],
    ["-5", null],
    ["12..5", null],
  ])("%s is %s", (text, value) => expect(numberOf(text)).toBe(value));
  it("says what is possible, and nothing of an empty field", () => {
    expect(faultOf("384", info("temperature"))).toBe("Possible is 10 to 50");
    expect(faultOf("x", info("temperature"))).toBe("Not a number");
    expect(faultOf("", info("temperature"))).toBeNull();
  });
});

describe("an entry", () => {
  it("carries what was said, seen and not possible", () => {
    const fields = {
      consciousness: { text: "C" },
      on_oxygen: { text: "air" },
      respiratory_rate: { text: "18", device: "monitor-1" },
      temperature: { text: "", absent: "refused" as const },
      pulse: { text: " " },
    };
    expect(entryOf("k", fields, INFOS, 7)).toEqual({
      key: "k",
      at: 7,
      values: [
        { vital: "respiratory_rate", value: 18, unit: "/min", device: "monitor-1" },
        { vital: "consciousness", value: "C" },
        { vital: "on_oxygen", value: false },
      ],
      absent: [{ vital: "temperature", reason: "refused" }],
      confirmed: false,
    });
  });
  it("has no flow of oxygen that is not given any more, possible or not", () => {
    const filed = (on_oxygen: string, flow: string) =>
      entryOf("k", { on_oxygen: { text: on_oxygen }, oxygen_flow: { text: flow } }, INFOS, null);
    expect(filed("oxygen", "4")?.values).toHaveLength(2);
    expect(filed("air", "4")?.values).toEqual([{ vital: "on_oxygen", value: false }]);
    expect(filed("air", "400")?.values).toHaveLength(1);
  });
  it("is none while nothing is said, or one number cannot be", () => {
    expect(entryOf("k", {}, INFOS, null)).toBeNull();
    const fields = { consciousness: { text: "A" }, pulse: { text: "999" } };
    expect(entryOf("k", fields, INFOS, null)).toBeNull();
  });
});

describe("what a device shows", () => {
  const live = (vitals: Record<string, { value: number; at: number; received: number }>) => ({
    vitals,
    score: null,
    waves: [],
  });
  it("can be confirmed while it is fresh", () => {
    const last = [{ vital: "respiratory_rate", value: 17, at: 0, device: "monitor-1" }];
    const told = live({ respiratory_rate: { value: 18, at: 97_000, received: 97_000 } });
    expect(seenOf(info("respiratory_rate"), last, told, 100_000)).toEqual({
      text: "18",
      device: "monitor-1",
      ageMs: 3_000,
      isNow: true,
    });
    expect(seenOf(info("respiratory_rate"), last, told, 120_000)?.isNow).toBe(false);
  });
  it("is never what a person entered before", () => {
    const last = [{ vital: "temperature", value: 36.8, at: 99_000, device: "by hand" }];
    expect(seenOf(info("temperature"), last, live({}), 100_000)).toMatchObject({
      text: "36.8",
      isNow: false,
    });
  });
  it("takes a pulse from the heart where no finger is measured", () => {
    const last = [{ vital: "heart_rate", value: 80, at: 99_000, device: "monitor-1" }];
    expect(seenOf(info("pulse"), last, live({}), 100_000)).toMatchObject({
      text: "80",
      isNow: true,
    });
  });
});

it("says intervals and delays in words", () => {
  expect([0, 1800, 3600, 21600].map(every)).toEqual(["continuous", "30 min", "1 h", "6 h"]);
  expect([59_000, 300_000, 3_600_000, 7_800_000].map(lasting)).toEqual([
    "0 min",
    "5 min",
    "1 h",
    "2 h 10 min",
  ]);
});
