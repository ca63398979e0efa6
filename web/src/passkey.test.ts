import { expect, test } from "vitest";
import { toBytes, toText } from "./passkey";

test("bytes travel as base64url without padding, and come back", () => {
  for (const bytes of [[], [0], [251, 239], [255, 254, 253], [1, 2, 3, 4]]) {
    const text = toText(Uint8Array.from(bytes).buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect([...toBytes(text)]).toEqual(bytes);
  }
});

test("the letters that differ from base64 are those of RFC 4648, section 5", () => {
  expect(toText(Uint8Array.from([251, 255]).buffer)).toBe("-_8");
});
