// A wave frame, as the device packed it and the server passed it on (little-endian):
//
//   patient i64, device i64, then the device's own bytes:
//   "HW" 1, channel count u8, boot i64, sequence u32, start i64 (us since 1970)
//   per channel: wave index u8, rate f32 (Hz), scale f32, count u16, count x i16

export const WAVES = {
  1: "ecg_ii",
  2: "pleth",
  3: "respiration",
  4: "ecg_v",
  5: "arterial_pressure",
} as const;
export type WaveName = (typeof WAVES)[keyof typeof WAVES];

const HEAD_BYTES = 16;
const FRAME_BYTES = 24;
const CHANNEL_BYTES = 11;

export type WaveChannel = {
  wave: WaveName;
  /** Samples a second. */
  rate: number;
  /** A sample times this is in the wave's own unit. */
  scale: number;
  samples: Int16Array;
};
export type WaveFrame = {
  patient: number;
  device: number;
  sequence: number;
  /** Milliseconds since 1970, device time, of every channel's first sample. */
  start: number;
  channels: WaveChannel[];
};

/** Read one message. Throws RangeError for anything cut short or foreign. */
export function readFrame(bytes: ArrayBuffer): WaveFrame {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEAD_BYTES + FRAME_BYTES) throw new RangeError("frame cut short");
  const isOurs = view.getUint8(16) === 72 && view.getUint8(17) === 87 && view.getUint8(18) === 1;
  if (!isOurs) throw new RangeError("not a wave frame");
  const count = view.getUint8(19);
  const frame: WaveFrame = {
    patient: Number(view.getBigInt64(0, true)),
    device: Number(view.getBigInt64(8, true)),
    sequence: view.getUint32(28, true),
    start: Number(view.getBigInt64(32, true)) / 1000,
    channels: [],
  };
  let place = HEAD_BYTES + FRAME_BYTES;
  for (let channel = 0; channel < count; channel++) {
    const samples = view.getUint16(place + 9, true);
    const body = place + CHANNEL_BYTES;
    const wave = WAVES[view.getUint8(place) as keyof typeof WAVES];
    // Copied, not viewed: eleven bytes of header leave the samples on an odd address.
    const values = new Int16Array(bytes.slice(body, body + 2 * samples));
    if (values.length !== samples) throw new RangeError("channel cut short");
    // A wave this page does not know is skipped, so that an older page survives a newer device.
    if (wave) {
      frame.channels.push({
        wave,
        rate: view.getFloat32(place + 1, true),
        scale: view.getFloat32(place + 5, true),
        samples: values,
      });
    }
    place = body + 2 * samples;
  }
  return frame;
}
