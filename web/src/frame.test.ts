import { expect, test } from "vitest";
import { readFrame } from "./frame";

// Packed by homeward/model/frame.py: patient 7, device 3, boot 1732429262, sequence 17,
// lead II (250 Hz, 5 uV a step) 0 200 -40 7, pleth (125 Hz, 0.001) 500 -32768.
const PACKED =
  "0700000000000000030000000000000048570102cec542670000000011000000401261018b600600" +
  "0100007a430ad7a33b04000000c800d8ff0700020000fa426f12833a0200f4010080";

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer;
}

test("a frame is read as the server packed it", () => {
  const frame = readFrame(bytes(PACKED));
  expect(frame).toMatchObject({ patient: 7, device: 3, sequence: 17 });
  expect(frame.start).toBeCloseTo(1_795_000_000_123.456, 2);
  expect(frame.channels.map((channel) => channel.wave)).toEqual(["ecg_ii", "pleth"]);
  expect([...(frame.channels[0]?.samples ?? [])]).toEqual([0, 200, -40, 7]);
  expect(frame.channels[0]?.rate).toBe(250);
  expect(frame.channels[0]?.scale).toBeCloseTo(0.005, 8);
  expect([...(frame.channels[1]?.samples ?? [])]).toEqual([500, -32768]);
});

test("a wave this page does not know is skipped, the next one read", () => {
  const unknown = `${PACKED.slice(0, 80)}63${PACKED.slice(82)}`;
  expect(readFrame(bytes(unknown)).channels.map((channel) => channel.wave)).toEqual(["pleth"]);
});

test.each([0, 8, 39, 41, 60, 73])("a frame cut to %i bytes is refused", (length) => {
  expect(() => readFrame(bytes(PACKED).slice(0, length))).toThrow(RangeError);
});

test("a foreign message is refused", () => {
  expect(() => readFrame(bytes(PACKED.replace("485701", "485702")))).toThrow("not a wave frame");
});
