import { describe, expect, it } from "vitest";
import { PANELS, panelsOf, rangeOf, valueTicks } from "./panels";

describe("the y axis", () => {
  it.each(PANELS)("of $title has two to five labels, none cut off", (panel) => {
    const measured: [number | null, number | null][] = [
      [null, null],
      [20, 30],
      [90, 91],
      [35, 350],
    ];
    for (const [least, most] of measured) {
      const [low, high] = rangeOf(panel, least, most);
      const found = valueTicks(low, high);
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(found.length).toBeLessThanOrEqual(5);
      for (const value of found) {
        expect(value).toBeGreaterThan(low);
        expect(value).toBeLessThanOrEqual(high);
      }
    }
  });

  it("never promises a saturation above 100 %", () => {
    const oxygen = PANELS.find(({ id }) => id === "oxygen");
    expect(oxygen && rangeOf(oxygen, 60, 100)[1]).toBe(100);
  });

  it("holds what is beyond the usual", () => {
    const heart = PANELS.find(({ id }) => id === "heart");
    const [low, high] = heart ? rangeOf(heart, 22, 210) : [0, 0];
    expect(low).toBeLessThan(22);
    expect(high).toBeGreaterThan(210);
  });
});

describe("panels", () => {
  it("are shown for what was ever measured", () => {
    expect(panelsOf(new Set(["glucose", "pulse"])).map(({ id }) => id)).toEqual([
      "heart",
      "glucose",
    ]);
  });
});
