// A ward frame, as homeward/model/ward_frame.py packs it (little-endian):
//
//   "HC" 1, u8 0, stream u32, number u32, stretches u16, u16 0
//   per stretch: patient i64, device i64, start i64 (us since 1970), rate f32 (Hz), scale f32,
//   count u16, wave index u8, u8 0, count x i16

export const WAVES = {
  1: "ecg_ii",
  2: "pleth",
  3: "respiration",
  4: "ecg_v",
  5: "arterial_pressure",
} as const;
export type WaveName = (typeof WAVES)[keyof typeof WAVES];

const HEAD_BYTES = 16;
const STRETCH_BYTES = 36;

export type WaveStretch = {
  patient: number;
  device: number;
  wave: WaveName;
  /** Milliseconds since 1970, device time, of the first sample. */
  start: number;
  /** Samples a second. */
  rate: number;
  /** A sample times this is in the wave's own unit. */
  scale: number;
  /** A view of the message itself: it lives as long. */
  samples: Int16Array;
};
export type WardFrame = { stream: number; number: number; stretches: WaveStretch[] };

/** Read one message. Throws RangeError for anything cut short or foreign. */
export function readWardFrame(bytes: ArrayBuffer): WardFrame {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEAD_BYTES) throw new RangeError("ward frame cut short");
  const isOurs = view.getUint8(0) === 72 && view.getUint8(1) === 67 && view.getUint8(2) === 1;
  if (!isOurs) throw new RangeError("not a ward frame");
  const stretches: WaveStretch[] = [];
  let place = HEAD_BYTES;
  for (let left = view.getUint16(12, true); left > 0; left--) {
    const count = view.getUint16(place + 32, true);
    const wave = WAVES[view.getUint8(place + 34) as keyof typeof WAVES];
    // Every part has an even length: the samples can be looked at where they lie.
    const samples = new Int16Array(bytes, place + STRETCH_BYTES, count);
    // A wave this page does not know is skipped, so that an older page survives a newer server.
    if (wave) {
      stretches.push({
        patient: Number(view.getBigInt64(place, true)),
        device: Number(view.getBigInt64(place + 8, true)),
        start: Number(view.getBigInt64(place + 16, true)) / 1000,
        rate: view.getFloat32(place + 24, true),
        scale: view.getFloat32(place + 28, true),
        wave,
        samples,
      });
    }
    place += STRETCH_BYTES + 2 * count;
  }
  if (place !== bytes.byteLength) throw new RangeError("bytes after the last stretch");
  return { stream: view.getUint32(4, true), number: view.getUint32(8, true), stretches };
}

const NUMBERS = 2 ** 32;

/** Counts the frames of a stream that never came. */
export class Lost {
  count = 0;
  private stream = -1;
  private number = 0;

  /** Note a frame's number; how many of this stream are missing before it. */
  hear({ stream, number }: Pick<WardFrame, "stream" | "number">): number {
    const missing = stream === this.stream ? (number - this.number - 1 + NUMBERS) % NUMBERS : 0;
    this.stream = stream;
    this.number = number;
    this.count += missing;
    return missing;
  }
}
