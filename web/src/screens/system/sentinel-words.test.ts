import { describe, expect, it } from "vitest";
import type { Sentinel } from "../../words";
import { callsInWords, sentinelFaults, stateInWords } from "./sentinel-words";

const NOW = 1_000_000_000;
const SEEN: Sentinel = {
  state: "well",
  heard: NOW - 10_000,
  calls: ["email", "sms"],
  recent: [{ at: NOW - 40_000, outcome: "well", hops: { heard: 0.21 }, detail: "" }],
  rounds: 1,
  lost: 0,
  late: 0,
  hops: [],
};

describe("the sentinel in words", () => {
  it("says how long the last alarm took, and by what it calls", () => {
    expect(stateInWords(SEEN, NOW)).toBe("Alarms arrive. The last took 0.21 s.");
    expect(callsInWords(SEEN.calls)).toBe("It calls by mail and text message.");
    expect(sentinelFaults(SEEN, NOW)).toEqual([]);
  });

  it.each([
    [{ state: "lost" as const }, "did not arrive"],
    [{ state: "late" as const }, "its end did not"],
    [{ state: "silent" as const, heard: NOW - 300_000 }, "Silent for 5 min"],
    [{ calls: [] }, "nobody to call"],
  ])("%o is a fault", (changed, words) => {
    expect(sentinelFaults({ ...SEEN, ...changed }, NOW).join()).toContain(words);
  });

  it("none is no fault, and an older one says nothing of its calls", () => {
    expect(sentinelFaults({ ...SEEN, state: "none", calls: [] }, NOW)).toEqual([]);
    expect(sentinelFaults(undefined, NOW)).toEqual([]);
    expect(callsInWords(null)).toContain("does not say");
  });
});
