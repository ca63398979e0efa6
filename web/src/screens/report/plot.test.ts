import { describe, expect, test } from "vitest";
import { outline, path, scaleOf } from "./plot";

const plain = { x: (at: number) => at, y: (value: number) => value };

describe("a report's plot", () => {
  test("a line has a gap where there is no value", () => {
    expect(path([0, 1, 2, 3], [5, null, 6, 7], plain)).toBe("M0.0 5.0M2.0 6.0L3.0 7.0");
  });

  test("a band goes along its top and back along its bottom, piece by piece", () => {
    const [low, high] = [
      [1, 1, null, 2, 2],
      [4, 5, 6, 7, 8],
    ];
    expect(outline([0, 1, 2, 3, 4], low ?? [], high ?? [], plain)).toBe(
      "M0.0 4.0L1.0 5.0L1.0 1.0L0.0 1.0ZM3.0 7.0L4.0 8.0L4.0 2.0L3.0 2.0Z",
    );
  });

  test("everything drawn is within it, the bounds of the target too", () => {
    const scale = scaleOf({
      label: "",
      unit: "",
      x: [0, 24],
      ticks: [
        [0, "0:00"],
        [24, "24:00"],
      ],
      curves: [{ name: "Median", values: [100, 120] }],
      bands: [],
      target: [70, 180],
    });
    expect(scale.y(180)).toBeGreaterThan(0);
    expect(scale.y(70)).toBeLessThan(240);
    expect(scale.y(180)).toBeLessThan(scale.y(70));
    expect(scale.x(24)).toBeLessThanOrEqual(720);
  });

  test("one value alone has a place", () => {
    const one = { label: "", unit: "", x: [1], ticks: [], bands: [] };
    const scale = scaleOf({ ...one, curves: [{ name: "", values: [80] }], target: [null, null] });
    expect(Number.isFinite(scale.y(80)) && Number.isFinite(scale.x(1))).toBe(true);
  });
});
