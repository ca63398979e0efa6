import { describe, expect, it } from "vitest";
import { bandOf, heldAt, isOnAir, observedAt, PARAMETERS, type Parameter } from "./news2_bands";

function named(title: string): Parameter {
  const found = PARAMETERS.find((one) => one.title === title);
  if (!found) throw new Error(`no row named ${title}`);
  return found;
}

function pointsOf(title: string, value: string, scale: 1 | 2 = 1, air = true) {
  const parameter = named(title);
  return parameter.bands[bandOf(parameter, value, scale, air)]?.points;
}

/** RCP NEWS2 2017, table 1: every boundary, both sides. */
const BOUNDARIES: [string, [string, number][]][] = [
  [
    "Respirations",
    [
      ["0", 3],
      ["8", 3],
      ["9", 1],
      ["11", 1],
      ["12", 0],
      ["20", 0],
      ["21", 2],
      ["24", 2],
      ["25", 3],
      ["70", 3],
    ],
  ],
  [
    "SpO₂ scale 1",
    [
      ["0", 3],
      ["91", 3],
      ["92", 2],
      ["93", 2],
      ["94", 1],
      ["95", 1],
      ["96", 0],
      ["100", 0],
    ],
  ],
  [
    "Blood pressure",
    [
      ["0", 3],
      ["90", 3],
      ["91", 2],
      ["100", 2],
      ["101", 1],
      ["110", 1],
      ["111", 0],
      ["219", 0],
      ["220", 3],
    ],
  ],
  [
    "Pulse",
    [
      ["0", 3],
      ["40", 3],
      ["41", 1],
      ["50", 1],
      ["51", 0],
      ["90", 0],
      ["91", 1],
      ["110", 1],
      ["111", 2],
      ["130", 2],
      ["131", 3],
    ],
  ],
  [
    "Temperature",
    [
      ["30", 3],
      ["35.0", 3],
      ["35.1", 1],
      ["36.0", 1],
      ["36.1", 0],
      ["38.0", 0],
      ["38.1", 1],
      ["39.0", 1],
      ["39.1", 2],
      ["42", 2],
    ],
  ],
  [
    "Consciousness",
    [
      ["A", 0],
      ["C", 3],
      ["V", 3],
      ["P", 3],
      ["U", 3],
    ],
  ],
  [
    "Air or oxygen?",
    [
      ["air", 0],
      ["oxygen", 2],
    ],
  ],
];

describe.each(BOUNDARIES)("%s", (title, rows) => {
  it.each(rows)("of %s weighs %i", (value, points) => {
    expect(pointsOf(title, value)).toBe(points);
  });
});

describe("SpO2 on scale 2", () => {
  it.each([
    ["83", true, 3],
    ["84", true, 2],
    ["85", true, 2],
    ["86", true, 1],
    ["87", true, 1],
    ["88", true, 0],
    ["92", true, 0],
    ["93", true, 0],
    ["100", true, 0],
    ["88", false, 0],
    ["92", false, 0],
    ["93", false, 1],
    ["94", false, 1],
    ["95", false, 2],
    ["96", false, 2],
    ["97", false, 3],
    ["100", false, 3],
    ["83", false, 3],
  ] as [string, boolean, number][])("of %s (air: %s) weighs %i", (value, air, points) => {
    expect(pointsOf("SpO₂ scale 2", value, 2, air)).toBe(points);
  });

  it("leaves the other scale's rows empty", () => {
    expect(pointsOf("SpO₂ scale 1", "97", 2)).toBeUndefined();
    expect(pointsOf("SpO₂ scale 2", "90", 1)).toBeUndefined();
  });
});

describe("between two bands", () => {
  it("a half belongs to exactly one: values are rounded first", () => {
    const ranges: [string, number, number][] = [
      ["Respirations", 0, 60],
      ["SpO₂ scale 1", 0, 100],
      ["Blood pressure", 0, 300],
      ["Pulse", 0, 250],
      ["Temperature", 25, 45],
    ];
    for (const [title, low, high] of ranges) {
      for (let value = low; value <= high; value += 0.05) {
        const text = value.toFixed(2);
        const holding = named(title).bands.filter((band) => band.holds(text, true));
        expect(holding, `${title} ${text}`).toHaveLength(1);
      }
    }
  });

  it("on scale 2 too, on air and on oxygen", () => {
    for (const air of [true, false]) {
      for (let value = 0; value <= 100; value += 0.25) {
        const holding = named("SpO₂ scale 2").bands.filter((band) =>
          band.holds(String(value), air),
        );
        expect(holding, `${value} air ${air}`).toHaveLength(1);
      }
    }
  });
});

describe("the chart", () => {
  it("keeps the order of the Royal College of Physicians", () => {
    expect(PARAMETERS.map(({ title }) => title)).toEqual([
      "Respirations",
      "SpO₂ scale 1",
      "SpO₂ scale 2",
      "Air or oxygen?",
      "Blood pressure",
      "Pulse",
      "Consciousness",
      "Temperature",
    ]);
    expect(PARAMETERS.map(({ group }) => group).join(" ")).toBe("A+B A+B A+B A+B C C D E");
  });

  it("puts a missing observation in no row", () => {
    expect(bandOf(named("Pulse"), null, 1, true)).toBe(-1);
  });

  it("knows oxygen from air", () => {
    expect(isOnAir("oxygen")).toBe(false);
    expect(isOnAir("true")).toBe(false);
    expect(isOnAir("air")).toBe(true);
    expect(isOnAir(null)).toBe(true);
  });
});

describe("what is observed", () => {
  const falling = [
    { at: 0, mean: 91 },
    { at: 60_000, mean: 85.4 },
    { at: 120_000, mean: 80.6 },
  ];

  it("is the newest value at that time, though the score stood still", () => {
    expect(observedAt("oxygen_saturation", falling, 70_000)).toBe("85");
    expect(observedAt("oxygen_saturation", falling, 130_000)).toBe("81");
  });

  it("keeps a tenth of temperature", () => {
    expect(observedAt("temperature", [{ at: 0, mean: 36.96 }], 1)).toBe("37.0");
  });

  it("is nothing before the first value and long after the last", () => {
    expect(observedAt("pulse", falling, -1)).toBeNull();
    expect(observedAt("pulse", falling, 3_600_000)).toBeNull();
  });
});

describe("a column", () => {
  const scores = [5, 15, 18, 39].map((at) => ({ at }));

  it("shows the score that stood at its time", () => {
    expect(heldAt(scores, [10, 18, 38, 40]).map((score) => score?.at)).toEqual([5, 18, 18, 39]);
  });

  it("before the first score is empty", () => {
    expect(heldAt(scores, [4])).toEqual([undefined]);
  });
});
