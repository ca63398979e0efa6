import { expect, test } from "vitest";
import type { VitalInfo } from "../../words";
import { atPresent } from "./readout";

const INFO = { decimals: 0, stale_seconds: 15, entered_seconds: 21_600 } as VitalInfo;
const NOW = 1_800_000_000_000;
const told = (at: number, received: number, byHand = false) =>
  atPresent({ value: 86, at: NOW + at, received: NOW + received, byHand }, NOW, INFO);

test("a value is shown while it is fresh, and two dashes with its age after that", () => {
  expect(told(-2_000, -2_000)).toEqual({ text: "86", below: "now", isOld: false });
  expect(told(-60_000, -60_000)).toEqual({ text: "--", below: "1 min ago", isOld: true });
});

test("a device whose clock runs ahead keeps no value fresh", () => {
  expect(told(3_600_000, -60_000)).toEqual({ text: "--", below: "1 min ago", isOld: true });
});

test("what a person entered stands as long as a score counts it, and says so", () => {
  expect(told(-600_000, -600_000, true)).toMatchObject({
    text: "86",
    below: "by hand, 10 min ago",
  });
});
