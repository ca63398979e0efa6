import { describe, expect, it } from "vitest";
import type { Alarm, ScorePoint } from "../../words";
import { packRows, scoreStretches, stretchOf } from "./stretches";

const NOW = 1_000_000;
const WINDOW = { start: 0, end: NOW };

function alarm(id: number, raised: number, cleared: number | null, priority = "high"): Alarm {
  return {
    id,
    raised,
    cleared,
    priority: priority as Alarm["priority"],
    resolved: null,
    patient_id: 1,
    patient: null,
    ward_id: 1,
    bed: null,
    device: null,
    condition: "oxygen_low",
    kind: "physiological",
    state: "active",
    text: "",
    patient_text: null,
    value: null,
    limit: null,
    since: raised,
    measured: null,
    received: null,
    acknowledged: null,
    acknowledged_by: null,
    acknowledged_reason: null,
    rung: raised,
    paused_until: null,
    paused_by: null,
    cause_id: null,
  };
}

function score(at: number, total: number): ScorePoint {
  const risk = total >= 7 ? "high" : "low";
  return { at, total, low: total, high: total, risk, label: "NEWS2", said: String(total) };
}

describe("alarms on the axis", () => {
  it("stand until now while their cause stands", () => {
    expect(stretchOf(alarm(1, 10, null), NOW)).toEqual({ start: 10, end: NOW });
    expect(stretchOf(alarm(1, 10, 90), NOW)).toEqual({ start: 10, end: 90 });
  });

  it("share a row unless they overlap", () => {
    const packed = packRows(
      [alarm(1, 0, 100), alarm(2, 200, 300), alarm(3, 50, 250)],
      WINDOW,
      NOW,
      1,
    );
    const row = (id: number) => packed.find((one) => one.alarm.id === id)?.row;
    // By time of raising: 1 and 2 have room in one row, 3 overlaps both.
    expect([row(1), row(2), row(3)]).toEqual([0, 0, 1]);
  });

  it("never overlap within a row, marks included", () => {
    const many = Array.from({ length: 60 }, (_, id) => alarm(id, (id * 7919) % 9_000, null));
    const short = many.map((one) => ({ ...one, cleared: one.raised + (one.id % 5) * 30 }));
    const packed = packRows(short, WINDOW, NOW, 200);
    for (const one of packed) {
      for (const other of packed) {
        if (one === other || one.row !== other.row) continue;
        const [first, second] = one.start <= other.start ? [one, other] : [other, one];
        expect(Math.max(first.end, first.start + 200)).toBeLessThanOrEqual(second.start);
      }
    }
  });

  it("put the worst on top", () => {
    const packed = packRows([alarm(1, 0, 100, "low"), alarm(2, 0, 100, "high")], WINDOW, NOW, 1);
    expect(packed.map(({ alarm: { id }, row }) => [id, row])).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });

  it("outside the window are not drawn", () => {
    expect(packRows([alarm(1, 0, 100)], { start: 200, end: 300 }, NOW, 1)).toEqual([]);
  });
});

describe("scores on the axis", () => {
  it("hold until the next", () => {
    const found = scoreStretches([score(0, 1), score(500_000, 8)], WINDOW, 10);
    expect(found.map(({ start, end, score: { total } }) => [start, end, total])).toEqual([
      [0, 500_000, 1],
      [500_000, NOW, 8],
    ]);
  });

  it("begin where the first was made", () => {
    expect(scoreStretches([score(500_000, 2)], WINDOW, 10)[0]?.start).toBe(500_000);
  });

  it("show the worst where there is room for one", () => {
    const scores = [score(0, 1), score(100, 9), score(200, 1)];
    expect(scoreStretches(scores, WINDOW, 1).map((one) => one.score.total)).toEqual([9]);
  });

  it("held from before the window are shown", () => {
    const found = scoreStretches([score(-5_000, 3)], WINDOW, 4);
    expect(found).toEqual([{ start: 0, end: NOW, score: score(-5_000, 3) }]);
  });

  it("of nothing are none", () => {
    expect(scoreStretches([], WINDOW, 10)).toEqual([]);
  });
});
