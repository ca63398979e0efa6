import { expect, test } from "vitest";
import { alarmWards, isHeard } from "./hearing";

const of = (patient_id: number | null, ward_id: number | null) => ({ patient_id, ward_id });

test("the ward on the screen is heard beside those followed", () => {
  expect(alarmWards({ watch: "ward", id: 2 }, [3, 1])).toEqual([1, 2, 3]);
  expect(alarmWards({ watch: "ward", id: 1 }, [1])).toEqual([1]);
  expect(alarmWards({ watch: "patient", id: 9 }, [1])).toEqual([1]);
  expect(alarmWards(null, [])).toEqual([]);
});

test("on one chart the ward followed is heard, another ward is not", () => {
  const chart = { watch: "patient", id: 7 } as const;
  expect(isHeard(of(8, 1), chart, [1])).toBe(true);
  expect(isHeard(of(7, 2), chart, [1])).toBe(true);
  expect(isHeard(of(7, null), chart, [1])).toBe(true);
  expect(isHeard(of(9, 2), chart, [1])).toBe(false);
});

test("who is on no ward is heard by every ward", () => {
  expect(isHeard(of(9, null), { watch: "patient", id: 7 }, [1])).toBe(true);
  expect(isHeard(of(9, null), { watch: "patient", id: 7 }, [])).toBe(false);
});

test("Homeward's own alarms are heard everywhere", () => {
  expect(isHeard(of(null, null), { watch: "patient", id: 7 }, [])).toBe(true);
});
