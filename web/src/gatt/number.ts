// Numbers of IEEE 11073-20601 (annex F.6 and F.7), exactly: as text, never as a float.
//
// The same as homeward/standards/gatt/number.py; both are held to vectors.json.

/** Why there is no number: a word. */
export type Absent = { absent: string };
/** A mantissa and a power of ten. */
export type Exact = { mantissa: bigint; exponent: number };

const SPECIAL = ["positive_infinity", "nan", "nres", "reserved", "negative_infinity"];

export function isAbsent(value: unknown): value is Absent {
  return typeof value === "object" && value !== null && "absent" in value;
}

/** An SFLOAT (`bits` 12) or FLOAT (`bits` 24). */
export function medicalFloat(raw: number, bits: 12 | 24): Exact | Absent {
  const size = 2 ** bits;
  const mantissa = raw % size;
  const exponent = Math.floor(raw / size);
  const special = mantissa - size / 2 + 2;
  if (exponent === 0 && special >= 0 && special < SPECIAL.length)
    return { absent: SPECIAL[special] ?? "reserved" };
  return {
    mantissa: BigInt(signed(mantissa, size)),
    exponent: signed(exponent, bits === 12 ? 16 : 256),
  };
}

/** It times `factor`, times ten to the `exponent`, as plain digits. */
export function digits({ mantissa, exponent }: Exact, factor = 1, more = 0): string {
  const whole = mantissa * BigInt(factor);
  const power = exponent + more;
  if (power >= 0) return `${whole * 10n ** BigInt(power)}`;
  const sign = whole < 0n ? "-" : "";
  const text = `${whole < 0n ? -whole : whole}`.padStart(1 - power, "0");
  return `${sign}${text.slice(0, power)}.${text.slice(power)}`;
}

function signed(number: number, size: number): number {
  return number >= size / 2 ? number - size : number;
}
