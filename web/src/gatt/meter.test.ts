import { expect, test } from "vitest";
import { type Characteristic, type Device, type Kept, visit } from "./meter";
import { hex, Memory } from "./sync";

const uuidOf = (short: number) => `0000${short.toString(16)}-0000-1000-8000-00805f9b34fb`;

/** A meter with so many records, at the other side of Web Bluetooth's interface. */
function meter(records: number, cutAfter = Number.POSITIVE_INFINITY) {
  const heard = new Map<number, () => void>();
  const made = new Map<number, Characteristic>();
  const asked: number[] = [];
  let gone: () => void = () => undefined;
  const say = (uuid: number, ...octets: number[]) => {
    const each = made.get(uuid);
    if (each) each.value = new DataView(Uint8Array.from(octets).buffer);
    heard.get(uuid)?.();
  };
  const answer = (ask: Uint8Array) => {
    asked.push(ask[0] ?? 0);
    if (ask[0] === 4) return say(0x2a52, 5, 0, records, 0);
    for (let n = ask[1] === 3 ? (ask[3] ?? 0) : 1; n <= records; n++) {
      if (n > cutAfter) return gone();
      say(0x2a18, 0, n, 0, 234, 7, 3, 1, 8, 0, 0);
    }
    return say(0x2a52, 6, 0, 1, 1);
  };
  for (const uuid of [0x2a18, 0x2a52])
    made.set(uuid, {
      uuid: uuidOf(uuid),
      properties: { notify: uuid === 0x2a18, indicate: uuid === 0x2a52 },
      startNotifications: async () => undefined,
      writeValueWithResponse: async (octets) => answer(octets),
      addEventListener: (_, one) => heard.set(uuid, one),
    });
  const device: Device = {
    addEventListener: (_, one) => {
      gone = one;
    },
    gatt: {
      connected: true,
      connect: async () => undefined,
      disconnect: () => undefined,
      getPrimaryServices: async () => [
        { uuid: uuidOf(0x1808), getCharacteristics: async () => [...made.values()] },
      ],
    },
  };
  return { device, asked };
}

test("all comes, once, though the link is cut; nothing is deleted", async () => {
  const memory = new Memory();
  const kept: Kept[] = [];
  const keep = async (records: Kept[]) => {
    kept.push(...records);
  };
  expect(await visit(meter(5, 3).device, () => memory, keep, 1)).toBe("cut");
  const again = meter(5);
  expect(await visit(again.device, () => memory, keep, 1)).toBe("complete");
  expect(await visit(again.device, () => memory, keep, 1)).toBe("complete");
  expect(kept.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(again.asked)).toEqual(new Set([1, 4]));
});

test("what cannot be kept ends the visit, and nothing more is asked", async () => {
  const { device, asked } = meter(5);
  const full = async () => {
    throw new Error("no room");
  };
  await expect(visit(device, () => new Memory(), full, 1)).rejects.toThrow("no room");
  expect(asked).toEqual([4, 1]);
});

/** A continuous monitor with two records in a notification, whose session began so long ago. */
function monitor(minutes: number) {
  const say = new Map<number, (...octets: number[]) => void>();
  const written: number[] = [];
  const made = (uuid: number, value?: number[]): Characteristic => ({
    uuid: uuidOf(uuid),
    properties: { notify: uuid === 0x2aa7, indicate: uuid === 0x2a52 },
    startNotifications: async () => undefined,
    readValue: async () => {
      if (!value) throw new DOMException("may not be read", "NotSupportedError");
      return new DataView(Uint8Array.from(value).buffer);
    },
    writeValueWithResponse: async (octets) => {
      written.push(uuid);
      if (octets[0] === 4) return say.get(0x2a52)?.(5, 0, 2, 0);
      say.get(0x2aa7)?.(6, 0, 120, 0, 5, 0, 6, 0, 121, 0, 10, 0);
      return say.get(0x2a52)?.(6, 0, 1, 1);
    },
    addEventListener(_, one) {
      say.set(uuid, (...octets) => {
        this.value = new DataView(Uint8Array.from(octets).buffer);
        one();
      });
    },
  });
  const all = [
    made(0x2aa7),
    made(0x2aa8, [0, 0, 0, 0x59, 0xff, 0xff]),
    made(0x2aa9, [minutes & 0xff, minutes >> 8, 0, 0, 0]),
    made(0x2aaa, [0, 0, 0, 0, 0, 0, 0, 0, 0]),
    made(0x2aab),
    made(0x2aac),
    made(0x2a52),
  ];
  const service = { uuid: uuidOf(0x181f), getCharacteristics: async () => all };
  const gatt = {
    connected: true,
    connect: async () => undefined,
    disconnect: () => undefined,
    getPrimaryServices: async () => [service],
  };
  const device: Device = { addEventListener: () => undefined, gatt };
  return { device, written };
}

test("a monitor's records come with what it said of their session, and another's are others", async () => {
  const memory = new Memory();
  const kept: Kept[] = [];
  const keep = async (records: Kept[]) => {
    kept.push(...records);
  };
  const first = monitor(60);
  expect(await visit(first.device, () => memory, keep, 1)).toBe("complete");
  expect(await visit(monitor(60).device, () => memory, keep, 1)).toBe("complete");
  expect(kept.map(({ number, epoch }) => [epoch, number])).toEqual([
    [0, 5],
    [0, 10],
  ]);
  const { session } = kept[0] ?? {};
  expect(hex(session?.status ?? new Uint8Array())).toBe("3c00000000");
  expect(session?.run).toHaveLength(0);
  expect(kept[1]?.session).toBe(session);
  expect(await visit(monitor(20).device, () => memory, keep, 1)).toBe("complete");
  expect(kept.map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1]);
  expect(kept[3]?.session).not.toBe(session);
  expect(new Set(first.written)).toEqual(new Set([0x2a52]));
});

test("how wrong a meter's clock is, is asked of the clock that is given", async () => {
  const { device } = meter(1);
  const asked = new Date(Date.now() - 20 * 60_000); // a telephone's is 20 minutes ahead of this
  const said = [asked.getFullYear() & 0xff, asked.getFullYear() >> 8, asked.getMonth() + 1];
  said.push(asked.getDate(), asked.getHours(), asked.getMinutes(), asked.getSeconds());
  const clock = {
    uuid: uuidOf(0x2a08),
    properties: { notify: false, indicate: false },
    readValue: async () => new DataView(Uint8Array.from(said).buffer),
  } as unknown as Characteristic;
  const services = device.gatt?.getPrimaryServices ?? (async () => []);
  if (device.gatt)
    device.gatt.getPrimaryServices = async () => [
      { uuid: uuidOf(0x1808), getCharacteristics: async () => [clock] },
      ...(await services()),
    ];
  const kept: Kept[] = [];
  const keep = async (records: Kept[]) => {
    kept.push(...records);
  };
  await visit(
    device,
    () => new Memory(),
    keep,
    1,
    () => asked.getTime(),
  );
  expect(kept.map(({ aheadSeconds }) => aheadSeconds)).toEqual([0]);
});
