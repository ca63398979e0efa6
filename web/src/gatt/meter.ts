// A visit to a meter over Web Bluetooth: subscribe, bring over what is stored, hear what is
// measured. What it says is kept, by whoever `keep`s it, before the meter is asked for more.

import { ahead, CLOCKS } from "./clock";
import { measured } from "./measured";
import { CHARACTERISTICS, numbered, Unreadable } from "./read";
import { ASKED, isSame, type Told } from "./session";
import {
  type Command,
  cgmNumbered,
  type End,
  glucoseNumbered,
  type Memory,
  PROCEDURE_SECONDS,
  Sync,
} from "./sync";

const RACP = 0x2a52;
const GLUCOSE = 0x2a18;
const CONTEXT = 0x2a34;
const CGM = 0x2aa7;
const SERVICES = [0x1808, 0x181f, 0x1810, 0x1809, 0x1822, 0x181d, 0x181b] as const;
const CURRENT_TIME_SERVICE = 0x1805;
const QUIET_MS = 5_000; // half of it where all it has stored came: somebody waits

/** The part of Web Bluetooth that is used; a shell of an app may bring its own. */
export type Gatt = {
  connected: boolean;
  connect(): Promise<unknown>;
  disconnect(): void;
  getPrimaryServices(): Promise<Service[]>;
};
export type Service = { uuid: string; getCharacteristics(): Promise<Characteristic[]> };
export type Characteristic = {
  uuid: string;
  properties: { notify: boolean; indicate: boolean };
  value?: DataView;
  startNotifications(): Promise<unknown>;
  readValue?(): Promise<DataView>;
  writeValueWithResponse(octets: Uint8Array<ArrayBuffer>): Promise<void>;
  addEventListener(type: string, heard: () => void): void;
};
export type Device = {
  gatt?: Gatt;
  addEventListener(type: string, heard: () => void): void;
};

/** A packet, as it was said. Without a number: what the meter measures now. */
export type Kept = {
  of: number;
  octets: Uint8Array;
  epoch?: number;
  number?: number;
  isContext?: boolean;
  why?: string;
  /** By how much the meter's clock was ahead; without: it could not be asked. */
  aheadSeconds?: number;
  /** What a continuous monitor said of the session its record is of. */
  session?: Told;
};
/** Where it fails, the memory is ahead of what is kept: build it anew from that. */
export type Keep = (records: Kept[]) => Promise<void>;
type Event = { uuid: number; octets: Uint8Array };

/** What to ask the browser's chooser for. */
export const WANTED = {
  filters: SERVICES.map((each) => ({ services: [each] })),
  optionalServices: [CURRENT_TIME_SERVICE],
};

/** One visit; how the sync of what it stores ended, or null where it stores nothing. `now` (ms since
 * 1970): whether the meter's clock is right is asked of it. */
export async function visit(
  device: Device,
  memory: (of: number) => Memory,
  keep: Keep,
  quietMs = QUIET_MS,
  now: () => number = Date.now,
): Promise<End | null> {
  const { gatt } = device;
  if (!gatt) throw new Unreadable("it has no profiles");
  const events = new Events();
  device.addEventListener("gattserverdisconnected", () => events.put(null));
  await gatt.connect();
  try {
    const found = await subscribed(gatt, events, now);
    const session = found.stored === CGM ? sessionIn(memory(CGM), found.session) : null;
    const more = {
      ...(found.aheadSeconds !== null && { aheadSeconds: found.aheadSeconds }),
      ...(session && { session }),
    };
    const timed: Keep = (records) => keep(records.map((each) => ({ ...each, ...more })));
    const sync = found.stored ? syncOf(found.stored, memory) : null;
    if (sync && found.control) await bring(sync, found, events, timed);
    if (sync?.end !== "cut" && sync?.end !== "timed out")
      await hearOut(events, found.stored, sync, timed, sync?.end ? quietMs / 2 : quietMs);
    return (found.control && sync?.end) ?? null;
  } finally {
    gatt.disconnect();
  }
}

/** The session its records are of: that which was met before, as it was told then, or another. */
function sessionIn(memory: Memory, told: Told | null): Told | null {
  const offset = new Date().getTimezoneOffset();
  if (told && !(memory.session && isSame(memory.session, told, offset))) memory.begun(told);
  return memory.session;
}

function syncOf(stored: number, memory: (of: number) => Memory): Sync {
  return new Sync(memory(stored), stored === CGM ? cgmNumbered : glucoseNumbered);
}

type Found = {
  control: Characteristic | null;
  stored: number;
  aheadSeconds: number | null;
  session: Told | null;
};

async function subscribed(gatt: Gatt, events: Events, now: () => number): Promise<Found> {
  const found: Found = { control: null, stored: 0, aheadSeconds: null, session: null };
  for (const service of await gatt.getPrimaryServices()) {
    const here = (await service.getCharacteristics()).map(
      (each) => [short(each.uuid), each] as const,
    );
    for (const [uuid, each] of here) {
      if (CLOCKS.some((clock) => clock === uuid))
        found.aheadSeconds = (await askedTime(each, now)) ?? found.aheadSeconds;
      if (!LISTENS.has(uuid) || !(each.properties.notify || each.properties.indicate)) continue;
      await listen(each, uuid, events);
      if (uuid === GLUCOSE || uuid === CGM) found.stored = uuid;
    }
    if (here.some(([uuid]) => uuid === CGM)) found.session = await askedSession(new Map(here));
    const control = here.find(([uuid]) => uuid === RACP)?.[1];
    if (control && found.stored && !found.control) {
      await listen(control, RACP, events); // after the records', which it makes come
      found.control = control;
    }
  }
  return found;
}

async function askedTime(clock: Characteristic, now: () => number): Promise<number | null> {
  const said = await clock.readValue?.().catch(() => null); // one that does not tell is not asked
  const at = now();
  return said ? ahead(octetsOf(said), at, new Date(at).getTimezoneOffset()) : null;
}

async function askedSession(here: Map<number, Characteristic>): Promise<Told> {
  const ask = async (uuid: number) => {
    const said = await here
      .get(uuid)
      ?.readValue?.()
      .catch(() => null);
    return said ? octetsOf(said) : new Uint8Array();
  };
  const { feature, start, run, status } = ASKED;
  const told = { feature: await ask(feature), start: await ask(start), run: await ask(run) };
  return { ...told, status: await ask(status), at: Date.now() }; // the minutes it counts last
}

async function listen(each: Characteristic, uuid: number, events: Events): Promise<void> {
  each.addEventListener("characteristicvaluechanged", () => {
    if (each.value) events.put({ uuid, octets: octetsOf(each.value) });
  });
  await each.startNotifications();
}

async function bring(
  sync: Sync,
  { control, stored }: Found,
  events: Events,
  keep: Keep,
): Promise<void> {
  let commands = sync.begin();
  while (true) {
    await kept(commands, stored, keep);
    for (const each of commands)
      if (each.do === "write")
        await control?.writeValueWithResponse(Uint8Array.from(each.octets)).catch(() => {
          events.put(null); // the browser does not say which ATT error it was
        });
    if (sync.end !== null) return;
    const some = await events.next(PROCEDURE_SECONDS * 1_000);
    commands = some ? some.flatMap((each) => happened(sync, stored, each)) : sync.timedOut();
    await keepLoose(some ?? [], stored, keep);
  }
}

function happened(sync: Sync, stored: number, event: Event | null): Command[] {
  if (!event) return sync.cut();
  if (event.uuid === stored) return sync.measurement(event.octets);
  if (event.uuid === CONTEXT) return sync.context(event.octets);
  return event.uuid === RACP ? sync.answered(event.octets) : [];
}

async function hearOut(
  events: Events,
  stored: number,
  sync: Sync | null,
  keep: Keep,
  quietMs: number,
): Promise<void> {
  for (let some = await events.next(quietMs); some; some = await events.next(quietMs)) {
    if (sync)
      await kept(
        some.flatMap((each) => happened(sync, stored, each)),
        stored,
        keep,
      );
    await keepLoose(some, sync ? stored : 0, keep);
    if (some.includes(null)) return;
  }
}

async function kept(commands: Command[], of: number, keep: Keep): Promise<void> {
  const records = commands.flatMap((each): Kept[] => {
    if (each.do === "spoil") return [{ of, octets: each.octets, why: each.why }];
    if (each.do !== "keep" && each.do !== "context") return [];
    const { octets, epoch, number } = each;
    return [{ of, octets, epoch, number, isContext: each.do === "context" }];
  });
  if (records.length) await keep(records);
}

/** What the meter measures now, and has given no number. */
async function keepLoose(events: (Event | null)[], stored: number, keep: Keep): Promise<void> {
  const loose = events.filter(
    (each): each is Event =>
      each !== null && ![stored, RACP].includes(each.uuid) && !(stored && each.uuid === CONTEXT),
  );
  const records = loose.map(({ uuid, octets }) => ({ of: uuid, octets, ...whyNot(uuid, octets) }));
  if (records.length) await keep(records);
}

function whyNot(uuid: number, octets: Uint8Array): { why?: string } {
  const characteristic = numbered(uuid);
  try {
    if (characteristic) measured(characteristic, octets);
    return {};
  } catch (error) {
    if (error instanceof Unreadable) return { why: error.message };
    throw error;
  }
}

/** What came and nobody has looked at; null: the link is gone. */
class Events {
  private waiting: (Event | null)[] = [];
  private wake: () => void = () => undefined;

  put(event: Event | null): void {
    this.waiting.push(event);
    this.wake();
  }

  /** All that came; null after so long without anything. */
  async next(ms: number): Promise<(Event | null)[] | null> {
    if (!this.waiting.length)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const some = this.waiting;
    this.waiting = [];
    return some.length ? some : null;
  }
}

const LISTENS = new Set([
  CONTEXT,
  ...CHARACTERISTICS.filter(({ fields }) => fields?.some(({ vital }) => vital)).map((c) => c.uuid),
]);

function short(uuid: string): number {
  return Number.parseInt(uuid.slice(4, 8), 16);
}

function octetsOf(value: DataView): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
}
