import { describe, expect, it } from "vitest";
import { bytesOf, certificateOf, clockOf, type Known, nameFault, stateOf } from "./state";

const NOW = Date.UTC(2026, 10, 24, 6, 30);
const DAY = 86_400_000;
const MONITOR: Known = {
  status: "enrolled",
  connected: true,
  last_seen: NOW - 1_000,
  since: NOW - DAY,
  offset_seconds: 0.01,
  certificate_expires: NOW + 90 * DAY,
};

describe("the state", () => {
  it.each([
    ["connected", MONITOR],
    ["silent", { ...MONITOR, connected: false }],
    ["never", { ...MONITOR, connected: false, last_seen: null }],
    ["quarantined", { ...MONITOR, status: "quarantined" }],
    ["revoked", { ...MONITOR, status: "revoked" }],
    ["retired", { ...MONITOR, status: "retired", connected: false, last_seen: null }],
  ] as [string, Known][])("is %s", (state, device) => {
    expect(stateOf(device)).toBe(state);
  });
});

describe("the certificate", () => {
  it("is counted in days, and short below a week", () => {
    expect(certificateOf(MONITOR, NOW)).toEqual({ text: "90 days", isWrong: false });
    const short = { ...MONITOR, certificate_expires: NOW + 1.5 * DAY };
    expect(certificateOf(short, NOW)).toEqual({ text: "1 day", isWrong: true });
  });

  it("says when it is over, and when there is none", () => {
    const over = { ...MONITOR, certificate_expires: NOW - 1 };
    expect(certificateOf(over, NOW)).toEqual({ text: "expired", isWrong: true });
    expect(certificateOf({ ...MONITOR, certificate_expires: null }, NOW).isWrong).toBe(false);
  });
});

describe("the clock", () => {
  it.each([
    [0.01, "right", false],
    [-1.2, "1.2 s behind", false],
    [3, "3 s ahead", true],
    [-600, "10 min behind", true],
    [7200 * 6, "12 h ahead", true],
  ])("%f s off is said as %s", (offset_seconds, text, isWrong) => {
    expect(clockOf({ ...MONITOR, offset_seconds })).toEqual({ text, isWrong });
  });

  it("is unknown before the first reading", () => {
    expect(clockOf({ ...MONITOR, offset_seconds: null }).text).toBe("unknown");
  });
});

describe("a device's name", () => {
  it("is what a topic can hold", () => {
    expect(nameFault("monitor-3-04")).toBeNull();
    for (const bad of ["", "Monitor", "a/b", "a b", "a+", "-a", "ü", "x".repeat(64)]) {
      expect(nameFault(bad)).not.toBeNull();
    }
  });
});

describe("quarantined bytes", () => {
  it("that are text are shown as text", () => {
    const bytes = bytesOf(btoa('{"vital":"pulse","value":9999}'));
    expect(bytes.isText).toBe(true);
    expect(bytes.text).toContain("9999");
  });

  it("that are not are shown as hex, nothing lost", () => {
    const bytes = bytesOf(btoa("\u00ff\u0000AB"));
    expect(bytes.isText).toBe(false);
    expect(bytes.hex).toContain("ff 00 41 42");
    expect(bytes.hex).toContain("··AB");
  });

  it("of more than a row are listed by offset", () => {
    const bytes = bytesOf(btoa("0123456789abcdefXYZ"));
    expect(bytes.hex.split("\n")).toHaveLength(2);
    expect(bytes.hex).toContain("0010  58 59 5a");
  });

  it("may be none", () => {
    expect(bytesOf("")).toEqual({ text: "", hex: "", isText: true, count: 0 });
  });
});
