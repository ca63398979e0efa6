// One visit to a meter, from the tap to the outbox: what it says is on this browser's disk, with
// what is known of the meter now, before it is asked for more.

import { type Device, type Kept, visit, WANTED } from "../gatt/meter";
import type { Told } from "../gatt/session";
import { type End, hex, Memory } from "../gatt/sync";
import { live } from "../live";
import type { Item, Packet } from "./outbox";
import { sending } from "./sending";
import { type Remembered, shelf } from "./shelf";

const STORING = [0x2a18, 0x2aa7] as const; // glucose, continuous glucose: meters that count

type Chosen = Device & { id: string; name?: string };
type Bluetooth = { requestDevice(wanted: typeof WANTED): Promise<Chosen> };

export function bluetooth(): Bluetooth | null {
  return "bluetooth" in navigator ? (navigator.bluetooth as Bluetooth) : null;
}

/** Nobody chose a meter in the browser's list. */
export class NotChosen extends Error {}

/** Bring over what is new; `onNew` is told how much it is so far. */
export async function syncMeter(
  from: Bluetooth,
  patient: number,
  onNew: (count: number) => void,
): Promise<End | null> {
  const device = await from.requestDevice(WANTED).catch((error: unknown) => {
    const isClosed = error instanceof DOMException && error.name === "NotFoundError";
    throw isClosed ? new NotChosen() : error;
  });
  const key = (of: number) => `${patient} ${device.id} ${of}`;
  const memories = new Map<number, Memory>();
  for (const of of STORING) memories.set(of, memoryOf((await shelf.recall(key(of)))?.known));
  const memory = (of: number) => memories.get(of) ?? new Memory();
  let count = 0;
  const keep = async (records: Kept[]) => {
    const items = records.map((each) => itemOf(each, patient, device.name || "Meter"));
    const of = records.find(({ of: each }) => memories.has(each))?.of;
    const known = of === undefined ? undefined : { key: key(of), known: knownOf(memory(of)) };
    await sending.add(items, known);
    count += records.filter(({ isContext }) => !isContext).length;
    onNew(count);
  };
  // By the server's clock, where it is known: a telephone's may be wrong as well as a meter's.
  return visit(device, memory, keep, undefined, () => live.now());
}

function memoryOf(known: Remembered["known"] | undefined): Memory {
  const memory = new Memory();
  if (!known) return memory;
  memory.epoch = known.epoch;
  memory.last = known.last;
  memory.seen = known.seen;
  memory.contexts = known.contexts;
  memory.session = known.session ?? null; // an older page kept none
  return memory;
}

function knownOf({ epoch, last, seen, contexts, session }: Memory) {
  return { epoch, last, seen, contexts, session };
}

function itemOf(kept: Kept, patient: number, meter: string): Item {
  return {
    patient,
    meter: meter.slice(0, 80),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    packet: {
      of: kept.of,
      octets: hex(kept.octets),
      heard: Math.round(live.now()),
      epoch: kept.epoch ?? null,
      number: kept.number ?? null,
      is_context: kept.isContext ?? false,
      ahead_seconds: kept.aheadSeconds ?? null,
      session: kept.session ? sessionOf(kept.session) : null,
    },
  };
}

/** Its octets, and when it was asked by the server's clock, as `heard` is. */
function sessionOf({ at, start, status, run, feature }: Told): Packet["session"] {
  return {
    asked: Math.round(at + live.now() - Date.now()),
    start: hex(start),
    status: hex(status),
    run: hex(run),
    feature: hex(feature),
  };
}
