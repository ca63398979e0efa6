import { describe, expect, it } from "vitest";
import type { CloudLink } from "../../words";
import { goingOf, inOrder } from "./cloud-state";

const SCALE: CloudLink = {
  device: "annas-scale",
  status: "active",
  service: "withings",
  account: "12345",
  is_known: true,
  is_asked: true,
  is_late: false,
  is_worn: true,
  is_theirs: true,
  ward: "Ward 3",
  bed: "3-01",
  made: 1,
  made_by: null,
  heard: 2,
  trouble: "",
};
const WATCH = { ...SCALE, device: "annas-watch", service: "open-wearables", is_asked: false };

describe("how an account goes", () => {
  it.each([
    ["fine", "Comes in.", "", SCALE],
    ["waits", "Linked. Nothing has come yet.", "", { ...SCALE, heard: null }],
    ["waits", "Linked. Nothing has come yet.", /registered\?$/, { ...WATCH, heard: null }],
    ["waits", /sign in and agree/, "", { ...SCALE, is_known: false }],
    ["wrong", /within the day/, /new address/, { ...SCALE, is_known: false, is_late: true }],
    [
      "wrong",
      "Withings does not answer.",
      /by itself/,
      { ...SCALE, trouble: "Withings does not answer" },
    ],
    ["wrong", "No leave.", /^Link it again/, { ...SCALE, is_asked: false, trouble: "no leave" }],
    [
      "wrong",
      /^Garmin is/,
      /in Open Wearables/,
      { ...WATCH, trouble: "garmin is connected no more: x" },
    ],
    ["wrong", /^Somebody else/, /^Unlink/, { ...SCALE, is_theirs: false, trouble: "no leave" }],
    ["wrong", /^Nobody wears/, /who wears it/, { ...SCALE, is_worn: false, is_theirs: false }],
    ["wrong", "The device was revoked.", /new device/, { ...SCALE, status: "revoked" }],
    ["wrong", /in quarantine/, /^Release/, { ...SCALE, status: "quarantined" }],
  ] as [string, string | RegExp, string | RegExp, CloudLink][])(
    "is %s: %s",
    (tone, words, fix, link) => {
      const going = goingOf(link);
      expect(going.tone).toBe(tone);
      for (const [text, wanted] of [
        [going.words, words],
        [going.fix, fix],
      ] as const) {
        if (typeof wanted === "string") expect(text).toBe(wanted);
        else expect(text).toMatch(wanted);
      }
    },
  );

  it("who needs somebody stands first", () => {
    const lost = { ...SCALE, device: "z", trouble: "no leave" };
    const waits = { ...SCALE, device: "a", is_known: false };
    expect(inOrder([SCALE, waits, WATCH, lost]).map(({ device }) => device)).toEqual([
      "z",
      "a",
      "annas-scale",
      "annas-watch",
    ]);
  });
});
