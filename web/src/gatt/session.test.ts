import { expect, test } from "vitest";
import { isSame, sessionOf, type Told } from "./session";
import vectors from "./vectors.json";

const octetsOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const NOW = Date.UTC(2026, 6, 1, 10);

test.each(vectors.sessions)("$name", ({ at, start, status, run, feature, ...expected }) => {
  const told = {
    at: Date.parse(at),
    start: octetsOf(start),
    status: octetsOf(status),
    run: octetsOf(run),
    feature: octetsOf(feature),
  };
  expect(sessionOf(told, 0)).toEqual({
    starts: expected.starts === null ? null : Date.parse(expected.starts),
    isStated: expected.is_stated,
    hasCrc: expected.has_crc,
  });
});

function told(minutes: number, start = "00".repeat(9), later = 0): Told {
  const status = Uint8Array.of(minutes & 0xff, minutes >> 8, 0, 0, 0);
  const none = new Uint8Array();
  const at = NOW + later * 60_000;
  return { at, start: octetsOf(start), status, run: none, feature: none };
}

test("the same session is known again, and another is not", () => {
  const nine = "ea07070109000080ff"; // an hour before NOW
  const first = told(60);
  const stated = told(60, nine);
  expect(isSame(first, told(120, undefined, 60), 0)).toBe(true);
  expect(isSame(first, stated, 0)).toBe(true);
  expect(isSame(stated, told(120, nine, 60), 0)).toBe(true);
  expect(isSame(first, told(20, undefined, 60), 0)).toBe(false);
  expect(isSame(stated, told(58, "ea07070109020080ff"), 0)).toBe(false);
  expect(isSame(stated, told(5, nine, 60), 0)).toBe(false);
  expect(isSame({ ...first, status: new Uint8Array() }, first, 0)).toBe(false);
});
