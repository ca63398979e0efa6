// The outbox of who is signed in: says what waits, and sends it at the start, when the network is
// back, when something is added, and now and then. Loaded when first needed.

import { useSyncExternalStore } from "react";
import { POST, patientAt, Refused, said } from "../api";
import { questionsApi } from "../questions-api";
import {
  type Answer,
  type Batch,
  drain,
  type Item,
  type Kept,
  type Letter,
  type Waiting,
} from "./outbox";
import { type Remembered, shelf } from "./shelf";

const AGAIN_MS = 30_000;
const SOON_MS = 2_000; // after a failure, each time twice as long: most are over at once
const LOCK = "homeward-outbox"; // one tab sends at a time

export type Outbox = {
  waiting: readonly Waiting[];
  isSending: boolean;
  isAway: boolean;
  /** What the server put aside in this visit, in its words. */
  aside: readonly string[];
  isKnown: boolean;
  /** Whether any measurement was sent in this visit, and how many messages. */
  hasSent: boolean;
  lettersSent: number;
  /** This browser gives no disk. */
  isBroken: boolean;
};
const NOTHING: Outbox = {
  waiting: [],
  isSending: false,
  isAway: false,
  aside: [],
  isKnown: false,
  hasSent: false,
  lettersSent: 0,
  isBroken: false,
};

class Sending {
  private now = NOTHING;
  private patient: number | null = null;
  private timer = 0;
  private retry = 0;
  private again = false;
  private wait = SOON_MS;
  private readonly told = new Set<() => void>();

  get = (): Outbox => this.now;
  listen = (tell: () => void): (() => void) => {
    this.told.add(tell);
    return () => this.told.delete(tell);
  };

  /** From now on for this patient, and for nobody where it is null. */
  start(patient: number | null): void {
    if (patient === this.patient) return;
    this.patient = patient;
    this.say(NOTHING);
    clearInterval(this.timer);
    clearTimeout(this.retry);
    removeEventListener("online", this.send);
    if (patient === null) return;
    addEventListener("online", this.send);
    this.timer = window.setInterval(this.tries, AGAIN_MS);
    this.send();
  }

  /** On the disk when this resolves; then it is sent. */
  async add(items: readonly Item[], remembered?: Remembered): Promise<void> {
    await shelf.add(items, remembered);
    void navigator.storage?.persist?.(); // or a browser that lacks room may empty the shelf
    await this.look();
    this.send();
  }

  async drop(ids: number[]): Promise<void> {
    await shelf.remove(ids);
    await this.look();
  }

  /** There is word of a way, or something new: soon again, too, however long it was away before. */
  send = (): void => {
    this.wait = SOON_MS;
    this.tries();
  };

  private tries = (): void => {
    this.again = true;
    if (!this.now.isSending) void this.sendAll();
  };

  private async sendAll(): Promise<void> {
    this.say({ isSending: true });
    while (this.again && this.patient !== null) {
      this.again = false;
      const patient = this.patient;
      await this.look();
      const end = await alone(() => drain(shelf, patient, this.post)).catch(() => "again" as const);
      await this.look();
      this.say({ isAway: end === "again" });
      clearTimeout(this.retry); // one that waits: each of many would bring another
      if (end === "again") this.retry = window.setTimeout(this.tries, this.wait);
      this.wait = end === "again" ? Math.min(2 * this.wait, AGAIN_MS) : SOON_MS;
    }
    this.say({ isSending: false });
  }

  private post = async (patient: number, body: Batch | Letter): Promise<Answer> => {
    if (patient !== this.patient) return "signed out"; // another person came in meanwhile
    const params = patientAt(patient);
    const questions = "key" in body ? undefined : body.questions;
    try {
      if ("key" in body) {
        await said(POST("/api/patients/{patient_id}/letters", { params, body }));
        this.say({ lettersSent: this.now.lettersSent + 1 });
        return "kept";
      }
      if (questions?.is_begun) {
        await questionsApi.begun(patient, questions);
        return "kept";
      }
      if (questions) {
        await said(POST("/api/patients/{patient_id}/questions", { params, body: questions }));
        this.say({ hasSent: true });
        return "kept";
      }
      const path = "/api/patients/{patient_id}/measurements";
      const kept = await said<Kept>(POST(path, { params, body }));
      this.say({ hasSent: true });
      if (kept.aside.length) this.say({ aside: [...this.now.aside, ...kept.aside] });
      return "kept";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // A server of before does not know what is begun: it waits for a newer one, and keeps no other.
      if (questions?.is_begun && [404, 405].includes(error.status)) return "later";
      // Every version stays at the server: one that it does not have, a newer server does.
      if (questions && error.code === "questions_gone") return "later";
      // An answer to correct that is not there any more keeps nothing else waiting.
      if (questions && error.status === 404) return { refused: error.message };
      if ([401, 403, 404].includes(error.status)) return "signed out";
      const isFinal = [400, 409, 413, 422].includes(error.status);
      return isFinal ? { refused: error.message } : "again";
    }
  };

  private async look(): Promise<void> {
    const { patient } = this;
    if (patient === null) return;
    const waiting = await shelf.all(patient).catch(() => null);
    if (patient !== this.patient) return;
    if (waiting) this.say({ waiting, isKnown: true, isBroken: false });
    else this.say({ isBroken: true });
  }

  private say(change: Partial<Outbox>): void {
    this.now = { ...this.now, ...change };
    for (const tell of this.told) tell();
  }
}

async function alone<T>(act: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return act(); // on plain http: what is sent twice is there once
  return navigator.locks.request(LOCK, act) as Promise<T>;
}

export const sending = new Sending();

export function useOutbox(): Outbox {
  return useSyncExternalStore(sending.listen, sending.get);
}
