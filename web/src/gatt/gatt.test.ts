import { describe, expect, test } from "vitest";
import { crc16 } from "./crc";
import { measured } from "./measured";
import { digits, isAbsent, medicalFloat } from "./number";
import { CHARACTERISTICS, named, read, Unreadable, type Value } from "./read";
import vectors from "./vectors.json";

const octetsOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** As the vectors have it. */
function told(value: Value | undefined): unknown {
  if (isAbsent(value)) return `!${value.absent}`;
  return typeof value === "object" && "text" in value ? value.text : value;
}

test.each(vectors.numbers)("$bits bits of $hex are $value", ({ bits, hex, value }) => {
  const raw = octetsOf(hex).reduceRight((sum, octet) => sum * 256 + octet, 0);
  const parts = medicalFloat(raw, bits === 12 ? 12 : 24);
  expect(isAbsent(parts) ? `!${parts.absent}` : digits(parts)).toBe(value);
});

test.each(vectors.checksums)("the checksum of $hex", ({ hex, crc }) => {
  expect(crc16(octetsOf(hex))).toBe(crc);
});

type Packet = {
  of: string;
  hex: string;
  crc?: boolean;
  error?: boolean;
  says?: Record<string, unknown>[];
  units?: Record<string, string>;
  readings?: Record<string, string>[];
  missing?: Record<string, string>[];
  said?: (string | null)[];
};

describe.each(vectors.packets as Packet[])("$of $hex", (packet) => {
  const characteristic = named(packet.of);
  if (!characteristic) throw new Error(packet.of);
  const octets = octetsOf(packet.hex);

  test("says what its author says it says", () => {
    if (packet.error) {
      expect(() => read(characteristic, octets, packet.crc)).toThrow(Unreadable);
      return;
    }
    const records = read(characteristic, octets, packet.crc);
    expect(records).toHaveLength(packet.says?.length ?? 0);
    for (const [place, says] of (packet.says ?? []).entries()) {
      const values = records[place]?.values;
      expect(
        Object.fromEntries(Object.keys(says).map((name) => [name, told(values?.get(name))])),
      ).toEqual(says);
      expect(Object.fromEntries(records[place]?.units ?? [])).toMatchObject(packet.units ?? {});
    }
    const found = measured(characteristic, octets, packet.crc);
    const readings = found.map(({ quantities }) =>
      Object.fromEntries(quantities.map((each) => [each.vital, `${each.digits} ${each.unit}`])),
    );
    if (packet.readings) expect(readings).toEqual(packet.readings);
    if (packet.missing)
      expect(found.map(({ missing }) => Object.fromEntries(missing))).toEqual(packet.missing);
    if (packet.said) expect(found.map(({ said }) => said)).toEqual(packet.said);
  });
});

test("whatever is sent is read or refused", () => {
  let seed = 20601;
  const dice = (sides: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % sides;
  };
  let refused = 0;
  for (let n = 0; n < 20_000; n++) {
    const characteristic = CHARACTERISTICS[dice(CHARACTERISTICS.length)];
    if (!characteristic) continue;
    try {
      measured(
        characteristic,
        Uint8Array.from({ length: dice(20) }, () => dice(256)),
      );
    } catch (error) {
      expect(error).toBeInstanceOf(Unreadable);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1_000);
});
