import { expect, test } from "vitest";
import { gainInWords, rangeOf } from "./wave-looks";

test("a lane of thirty millimetres at 10 mm/mV shows three millivolts", () => {
  expect(rangeOf("ecg_ii", 10, 30)).toBe(3);
  expect(rangeOf("ecg_v", 20, 30)).toBe(1.5);
});

test("what has no millivolts is always fitted", () => {
  expect(rangeOf("pleth", 10, 30)).toBeNull();
  expect(rangeOf("arterial_pressure", 20, 30)).toBeNull();
  expect(rangeOf("ecg_ii", "fit", 30)).toBeNull();
});

test("a gain is said in the way it is read", () => {
  expect(gainInWords("ecg_ii", 10)).toBe("10 mm/mV");
  expect(gainInWords("ecg_ii", 3.0931)).toBe("3.1 mm/mV");
  expect(gainInWords("arterial_pressure", 0.125)).toBe("8 mmHg/mm");
  expect(gainInWords("pleth", 200)).toBe("");
  expect(gainInWords("ecg_ii", Number.NaN)).toBe("");
});
