import { expect, test } from "vitest";
import { ahead } from "./clock";

const NOON = Date.UTC(2026, 2, 1, 12, 0, 0);
const said = (...octets: number[]) => Uint8Array.of(0xea, 0x07, 3, 1, ...octets);

test.each([
  [said(12, 0, 0), 0, 0],
  [said(12, 1, 30), 0, 0],
  [said(12, 1, 31), 0, 91],
  [said(11, 0, 0), 0, -3_600],
  [said(13, 0, 0), -60, 0], // Berlin in winter
  [said(12, 0, 0, 7, 0, 1), 0, 0],
  [said(25, 0, 0), 0, null],
  [said(12, 0), 0, null],
  [Uint8Array.of(0xea, 0x07, 2, 30, 12, 0, 0), 0, null],
  [Uint8Array.of(0, 0, 3, 1, 12, 0, 0), 0, null],
])("%o in a zone of %i minutes is %o ahead", (octets, offset, expected) => {
  expect(ahead(octets, NOON + 999, offset)).toBe(expected);
});
