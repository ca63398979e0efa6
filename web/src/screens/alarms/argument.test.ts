import { expect, it } from "vitest";
import type { AlarmStory } from "../../words";
import { argumentOf, path } from "./argument";

const story = (evidence: unknown) =>
  ({ events: [{ event: "raised", detail: { evidence } }] }) as unknown as AlarmStory;

it("draws what the rule was given, its limit in sight", () => {
  const argument = argumentOf(
    story({
      limit: { limit: 90 },
      readings: {
        oxygen_saturation: [
          [2_000_000, 88],
          [1_000_000, 86],
          [0, 84],
        ],
      },
    }),
  );
  expect(argument).toMatchObject({ count: 3, seconds: 2, limit: 90, low: 83, high: 91 });
  expect(argument?.isUnfollowed).toBe(false);
  if (argument) expect(path(argument, 200, 80)).toBe("M0.0 30.0H100.0V50.0H200.0V70.0");
});

it("says that nothing came after them, where that decided", () => {
  const readings = {
    temperature: [
      [20_000_000, 37.5],
      [0, 39.5],
    ],
  };
  const argument = argumentOf(story({ limit: { limit: 39 }, readings, is_last: true }));
  expect(argument).toMatchObject({ count: 2, seconds: 20, isUnfollowed: true });
});

it("has nothing to draw of what no rule decided", () => {
  expect(argumentOf(story(undefined))).toBe(null);
  expect(argumentOf(story({ limit: null, readings: { pulse: [] } }))).toBe(null);
});
