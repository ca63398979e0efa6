// Entries on their way to the record. One that the server did not answer stays here, in the page,
// and is sent again with the same key until it is: the server knows a key it has seen.
//
// In memory alone: what is known of a patient is not left behind in a shared computer's browser.

import { useSyncExternalStore } from "react";
import { Refused } from "./api";
import { staffApi } from "./staff-api";
import type { Entry, EntryAnswer } from "./words";

const AGAIN_MS = 3_000;
const UNSAVED_MAX = 200;

export type Unsaved = {
  entry: Entry;
  person: number;
  patient: number;
  name: string;
  /** What the server wants to know first, or why it refused; null while it is only away. */
  words: string | null;
  isAsked: boolean;
};

let entries: readonly Unsaved[] = [];
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let isSending = false;
let underWay = 0;

function set(next: readonly Unsaved[]): void {
  entries = next;
  for (const listener of listeners) listener();
  guard();
}

/** Nobody closes the page on what is not in the record yet, also while it is on its way. */
function guard(): void {
  if (entries.length + underWay > 0) window.addEventListener("beforeunload", warn);
  else window.removeEventListener("beforeunload", warn);
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useUnsaved(person: number): readonly Unsaved[] {
  const every = useSyncExternalStore(subscribe, () => entries);
  return every.filter((each) => each.person === person);
}

export const hasRoom = (): boolean => entries.length < UNSAVED_MAX;

/**
 * Send it; null where it is not in the record and waits here. Throws the server's refusal. An answer
 * that nobody reads any more, since who asked turned elsewhere, waits here too: it is not lost.
 */
export async function send(
  waiting: Omit<Unsaved, "words" | "isAsked">,
  isRead: () => boolean,
): Promise<EntryAnswer | null> {
  const keep = (words: string | null, isAsked: boolean) => {
    set([...entries, { ...waiting, words, isAsked }]);
    again();
    return null;
  };
  underWay += 1;
  guard();
  try {
    const answer = await staffApi.observe(waiting.patient, waiting.entry);
    const isWaiting = !answer.observation && !isRead();
    return isWaiting ? keep(inWords(answer), true) : answer;
  } catch (refusal) {
    if (isAway(refusal)) return keep(null, false);
    if (isRead()) throw refusal;
    return keep(refusalInWords(refusal), false);
  } finally {
    underWay -= 1;
    guard();
  }
}

const inWords = ({ unusual }: EntryAnswer): string => unusual.join(". ");
const refusalInWords = (refusal: unknown): string =>
  refusal instanceof Error ? refusal.message : "It was refused.";

export function forget(key: string): void {
  set(entries.filter((each) => each.entry.key !== key));
}

/** What was unusual is meant so: it is sent again at once. */
export function confirm(key: string): void {
  change(key, (each) => ({
    ...each,
    entry: { ...each.entry, confirmed: true },
    words: null,
    isAsked: false,
  }));
  void sendAll();
}

function change(key: string, how: (each: Unsaved) => Unsaved): void {
  set(entries.map((each) => (each.entry.key === key ? how(each) : each)));
}

function isAway(refusal: unknown): boolean {
  return (
    refusal instanceof Refused &&
    (refusal.status === 0 || refusal.status === 401 || refusal.status >= 500)
  );
}

function again(): void {
  clearTimeout(timer);
  if (entries.some((each) => each.words === null)) timer = setTimeout(sendAll, AGAIN_MS);
}

let onSaved: (patient: number) => void = () => undefined;
/** Who is signed in now: nobody's entry is filed under another's name. */
let signedIn: number | null = null;

/** Send what waits for as long as this person is signed in; returns how to stop. */
export function keepSending(person: number, saved: (patient: number) => void): () => void {
  signedIn = person;
  onSaved = saved;
  again();
  return () => {
    signedIn = null;
    clearTimeout(timer);
  };
}

async function sendAll(): Promise<void> {
  if (isSending || signedIn === null) return;
  isSending = true;
  try {
    for (const each of entries) {
      if (each.words === null && each.person === signedIn && !(await sendOne(each))) break;
    }
  } finally {
    isSending = false;
    again();
  }
}

/** Whether the server answered at all. */
async function sendOne(each: Unsaved): Promise<boolean> {
  const { key } = each.entry;
  try {
    const answer = await staffApi.observe(each.patient, each.entry);
    if (answer.observation) {
      forget(key);
      onSaved(each.patient);
    } else change(key, (one) => ({ ...one, words: inWords(answer), isAsked: true }));
  } catch (refusal) {
    if (isAway(refusal)) return false;
    change(key, (one) => ({ ...one, words: refusalInWords(refusal) }));
  }
  return true;
}
