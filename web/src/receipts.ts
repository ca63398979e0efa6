// What the server is told of what stood before somebody's eyes: calls, and each ringing of an alarm.

import type { Alarm } from "./words";

const RECEIPTS_MAX = 500;
/** Shown later than this after it was heard, an alarm was scrolled to: no measure of its way. */
const HEARD_LIVE_MS = 10_000;

export class Receipts {
  private shown = new Set<number>();
  /** Alarms heard while this tab was visible: of which ringing, and when (performance.now). */
  private heardLive = new Map<number, { rung: number; at: number }>();
  private rendered = new Map<number, number>();
  private waiting: [alarm: number, rung: number, isLive: boolean][] = [];

  constructor(private readonly send: (what: object) => void) {}

  /** Calls that stand on a visible tab; each is reported once a connection. */
  show(calls: number[]): void {
    const fresh = calls.filter((id) => !this.shown.has(id));
    if (!fresh.length) return;
    for (const id of fresh) this.shown.add(id);
    this.send({ shown: fresh });
  }

  /** An alarm that stands on a visible tab; each ringing of it is reported once a connection. */
  render(alarm: number, rung: number): void {
    if (alarm < 0 || this.rendered.get(alarm) === rung) return;
    this.rendered.set(alarm, rung);
    const heard = this.heardLive.get(alarm);
    const isLive = heard?.rung === rung && performance.now() - heard.at < HEARD_LIVE_MS;
    if (this.waiting.push([alarm, rung, isLive]) === 1) queueMicrotask(() => this.sendWaiting());
  }

  private sendWaiting(): void {
    const rendered = this.waiting;
    this.waiting = [];
    for (let place = 0; place < rendered.length; place += RECEIPTS_MAX)
      this.send({ rendered: rendered.slice(place, place + RECEIPTS_MAX) });
  }

  /** An alarm was heard at `at` (performance.now). */
  hear({ id, rung, state }: Alarm, at: number, isNews: boolean): void {
    if (state === "resolved") {
      this.heardLive.delete(id);
      this.rendered.delete(id);
    } else if (this.heardLive.get(id)?.rung !== rung && isNews)
      this.heardLive.set(id, { rung, at });
  }

  /** The server may know nothing of what stands here: it is told again. */
  again(): void {
    this.shown.clear();
    this.rendered.clear();
  }

  clear(): void {
    this.again();
    this.heardLive.clear();
  }
}
