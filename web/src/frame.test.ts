import { expect, test } from "vitest";
import { Lost, readWardFrame } from "./frame";
import vectors from "./ward-frames.json";

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer;
}

const ONE_LEAD = vectors.find(({ name }) => name === "one lead")?.hex ?? "";

test.each(vectors)(
  "$name is read as the server packed it",
  ({ hex, stream, number, stretches }) => {
    const frame = readWardFrame(bytes(hex));
    expect(frame).toMatchObject({ stream, number });
    expect(frame.stretches).toHaveLength(stretches.length);
    for (const [place, told] of stretches.entries()) {
      const read = frame.stretches[place];
      expect(read).toMatchObject({ patient: told.patient, device: told.device, wave: told.wave });
      expect(read?.start).toBeCloseTo(told.start / 1000, 2);
      expect(read?.rate).toBe(told.rate);
      expect(read?.scale).toBeCloseTo(told.scale, 8);
      expect([...(read?.samples ?? [])]).toEqual(told.samples);
    }
  },
);

test("a wave this page does not know is skipped", () => {
  const place = 2 * (16 + 34);
  const unknown = `${ONE_LEAD.slice(0, place)}63${ONE_LEAD.slice(place + 2)}`;
  expect(readWardFrame(bytes(unknown)).stretches).toEqual([]);
});

test("a frame cut anywhere is refused", () => {
  for (let length = 0; length < ONE_LEAD.length / 2; length++) {
    expect(() => readWardFrame(bytes(ONE_LEAD).slice(0, length))).toThrow(RangeError);
  }
  expect(() => readWardFrame(bytes(`${ONE_LEAD}00`))).toThrow(RangeError);
});

test("a foreign message is refused", () => {
  const foreign = ONE_LEAD.replace("484301", "484302");
  expect(() => readWardFrame(bytes(foreign))).toThrow("not a ward frame");
});

test("frames that never came are counted", () => {
  const lost = new Lost();
  const missing = [3, 4, 7, 8].map((number) => lost.hear({ stream: 1, number }));
  expect(missing).toEqual([0, 0, 2, 0]);
  expect(lost.hear({ stream: 2, number: 0 })).toBe(0); // another stream: nothing is known of it
  expect(lost.hear({ stream: 2, number: 2 })).toBe(1);
  expect(lost.count).toBe(3);
});

test("numbers begin again after the last there is", () => {
  const lost = new Lost();
  lost.hear({ stream: 1, number: 2 ** 32 - 2 });
  expect(lost.hear({ stream: 1, number: 0 })).toBe(1);
});
