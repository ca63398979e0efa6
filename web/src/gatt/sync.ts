// Bring over what a meter has stored: events in, commands out, and no clock, link or disk.
//
// The same machine as homeward/standards/gatt/sync.py; both live through stories.json. Nothing is
// ever deleted on the meter. docs/decisions/0042-meters.md argues it.

import { Unreadable } from "./read";
import type { Told } from "./session";

export const PROCEDURE_SECONDS = 30;
const NUMBERS = 1 << 16;
const NEARLY_ROUND = NUMBERS - 4_096;
const ROUNDS_MAX = 3;
const RECORD_OCTETS_MAX = 64;
const PROCEDURE_RUNNING = 0x80;

const OP = { report: 1, abort: 3, count: 4, counted: 5, answer: 6 } as const;
const SUCCESS = 1;
const NO_RECORDS = 6;
const NOT_COMPLETED = 8;
const NOT_THIS_WAY = [2, 3, 4, 5, 9];

export type End = "complete" | "short" | "refused" | "timed out" | "cut" | "stopped";
export type Command =
  | { do: "write"; octets: Uint8Array }
  | { do: "keep" | "context"; epoch: number; number: number; octets: Uint8Array }
  | { do: "spoil"; octets: Uint8Array; why: string }
  | { do: "done"; end: End; why: string };
type Numbered = (octets: Uint8Array) => [number, Uint8Array][];

/** What is known of one meter; `seen` has each number's octets (hex) and the epoch it was met in. */
export class Memory {
  epoch = 0;
  last: number | null = null;
  seen = new Map<number, [string, number]>();
  contexts = new Map<number, string>();
  /** Of a continuous monitor: what it said of the session its records are of, when first met. */
  session: Told | null = null;

  /** Take a record in; whether it was known. Other octets under a number begin an epoch. */
  knows(number: number, octets: Uint8Array): boolean {
    const text = hex(octets);
    const before = this.seen.get(number);
    if (before && before[0] !== text && before[1] === this.epoch) this.replaced();
    this.seen.set(number, [text, this.epoch]);
    return before?.[0] === text;
  }

  knowsContext(number: number, octets: Uint8Array): boolean {
    const isKnown = this.contexts.get(number) === hex(octets);
    this.contexts.set(number, hex(octets));
    return isKnown;
  }

  replaced(): void {
    this.epoch++;
    this.last = null;
  }

  /** It began another session, in which the same octets are another record. */
  begun(session: Told): void {
    if (this.seen.size) this.replaced();
    this.last = null;
    this.seen.clear();
    this.session = session;
  }

  met(): number[] {
    return [...this.seen].filter(([, [, epoch]]) => epoch === this.epoch).map(([number]) => number);
  }
}

/** One sync over one link. Call `begin` once, then tell it what happens. */
export class Sync {
  end: End | null = null;
  private asked: number = OP.count;
  private since: number | null = null;
  private total: number | null = null;
  private came = 0;
  private ascends = true;
  private hasStart = false;
  private rounds = 0;
  private epoch: number;

  constructor(
    private readonly memory: Memory,
    private readonly numbered: Numbered,
  ) {
    this.epoch = memory.epoch;
  }

  begin(): Command[] {
    return this.ask(OP.count, [OP.count, 1]);
  }

  measurement(octets: Uint8Array): Command[] {
    try {
      return this.numbered(octets).flatMap(([number, record]) => this.record(number, record));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.came++;
      this.outOfOrder();
      return [{ do: "spoil", octets, why: error.message }];
    }
  }

  context(octets: Uint8Array): Command[] {
    try {
      return glucoseNumbered(octets)
        .filter(([number]) => !this.memory.knowsContext(number, octets))
        .map(([number]) => ({ do: "context", epoch: this.memory.epoch, number, octets }));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return [{ do: "spoil", octets, why: error.message }];
    }
  }

  answered(octets: Uint8Array): Command[] {
    if (this.end !== null) return [];
    const answer = answerOf(octets);
    if (!answer) return this.done("refused", `record access answers ${hex(octets)}`);
    if (answer.request !== this.asked) {
      if (this.asked === OP.abort) return []; // what was running ended by itself meanwhile
      return this.done("refused", `an answer to ${answer.request}, which nobody asked`);
    }
    if (answer.records !== undefined) return this.counted(answer.records);
    if (this.asked === OP.count) return this.notCounted(answer.code);
    return this.asked === OP.report ? this.reported(answer.code) : this.done("stopped");
  }

  /** The write itself was refused, with this ATT error. */
  refused(error: number): Command[] {
    if (this.end !== null) return [];
    if (error === PROCEDURE_RUNNING && this.asked !== OP.abort) return this.stop();
    return this.done("refused", `ATT error ${error}`);
  }

  timedOut(): Command[] {
    return this.end === null ? this.done("timed out") : [];
  }

  cut(): Command[] {
    return this.end === null ? this.done("cut") : [];
  }

  stop(): Command[] {
    return this.end === null ? this.ask(OP.abort, [OP.abort, 0]) : [];
  }

  private record(number: number, octets: Uint8Array): Command[] {
    const { memory } = this;
    this.came++;
    const isKnown = memory.knows(number, octets);
    if (number === this.since) this.hasStart = memory.epoch === this.epoch;
    if (memory.last !== null && number < memory.last) this.outOfOrder();
    else if (this.ascends && this.total !== null && this.end === null) memory.last = number;
    return isKnown ? [] : [{ do: "keep", epoch: memory.epoch, number, octets }];
  }

  /** Cut now, it must not go on from here: what comes late may be older. */
  private outOfOrder(): void {
    this.ascends = false;
    this.memory.last = this.since;
  }

  private counted(records: number): Command[] {
    this.total = records;
    return records === 0 ? this.done("complete") : this.report(this.memory.last);
  }

  private notCounted(code: number): Command[] {
    if (code === NO_RECORDS) return this.counted(0);
    if (NOT_THIS_WAY.includes(code) || code === NOT_COMPLETED) return this.report(this.memory.last);
    return this.done("refused", `count: code ${code}`);
  }

  private reported(code: number): Command[] {
    if (NOT_THIS_WAY.includes(code) && this.since !== null) return this.report(null);
    if (code !== SUCCESS && code !== NO_RECORDS)
      return this.done("refused", `report: code ${code}`);
    const met = this.memory.met();
    if (this.isAllThere(met.length)) {
      this.memory.last = met.length ? met.reduce((most, each) => Math.max(most, each)) : null;
      return this.done("complete");
    }
    if (this.rounds < ROUNDS_MAX) return this.report(null);
    this.memory.last = null; // the next sync asks for all of it again
    return this.done("short", `${met.length} of ${this.total} records came`);
  }

  private isAllThere(met: number): boolean {
    const total = this.total ?? 0;
    if (this.since === null) return this.came >= total;
    const isSame = this.hasStart && this.memory.epoch === this.epoch;
    return isSame && this.since < NEARLY_ROUND && met >= total;
  }

  private report(since: number | null): Command[] {
    this.since = since;
    this.came = 0;
    this.ascends = true;
    this.hasStart = false;
    this.epoch = this.memory.epoch;
    if (since !== null) return this.ask(OP.report, [OP.report, 3, 1, since & 0xff, since >> 8]);
    this.rounds++;
    this.memory.last = null;
    return this.ask(OP.report, [OP.report, 1]);
  }

  private ask(op: number, octets: number[]): Command[] {
    this.asked = op;
    return [{ do: "write", octets: Uint8Array.from(octets) }];
  }

  private done(end: End, why = ""): Command[] {
    this.end = end;
    return [{ do: "done", end, why }];
  }
}

/** An indication of the control point; null for what is none. */
function answerOf(octets: Uint8Array): { request: number; code: number; records?: number } | null {
  const [op, operator, ...operand] = octets;
  if (operator !== 0) return null;
  if (op === OP.counted && [1, 2, 4].includes(operand.length)) {
    const records = operand.reduceRight((sum, octet) => sum * 256 + octet, 0);
    return { request: OP.count, code: SUCCESS, records };
  }
  const [request, code] = operand;
  if (op !== OP.answer || operand.length !== 2 || request === undefined || code === undefined)
    return null;
  return { request, code };
}

/** The sequence number of a glucose measurement or context. */
export function glucoseNumbered(octets: Uint8Array): [number, Uint8Array][] {
  const [, low, high] = octets;
  if (low === undefined || high === undefined || octets.length > RECORD_OCTETS_MAX)
    throw new Unreadable(`glucose of ${octets.length} octets`);
  return [[low | (high << 8), octets]];
}

/** The CGM records of one notification, by minutes since the session began. */
export function cgmNumbered(octets: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  let place = 0;
  do {
    const size = octets[place] ?? 0;
    if (size < 6 || size > RECORD_OCTETS_MAX || place + size > octets.length)
      throw new Unreadable(`cgm says ${size} octets, which it has not`);
    const record = octets.slice(place, place + size);
    found.push([(record[4] ?? 0) | ((record[5] ?? 0) << 8), record]);
    place += size;
  } while (place < octets.length);
  return found;
}

export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
