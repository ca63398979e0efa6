// The browser's own disk: answers that were begun, and the questions of last time, so that neither a
// closed page nor a lost network ends what somebody was saying. Nothing is kept of what was sent, and
// a draft is let go after a day, whosever it was: it says how somebody was. A disk that fails is no
// trouble here: what is sent goes by the outbox, which says so.

import type { Questions } from "../../questions-api";
import type { Answers } from "./rules";

const NAME = "homeward-questions";
const KEPT = "kept";
const DRAFT_MS = 24 * 3_600_000;
/** `chain`: of this answering; `told`: the warning signs that the team was told of meanwhile. */
export type Draft = { answers: Answers; at: number; chain?: string; told?: string };

let opening: Promise<IDBDatabase> | undefined;

function opened(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(KEPT);
    asked.onsuccess = () => {
      // The browser closes it, too: when it clears what it kept, or after a sleep.
      asked.result.onclose = () => {
        opening = undefined;
      };
      asked.result.onversionchange = () => {
        asked.result.close();
        opening = undefined;
      };
      resolve(asked.result);
    };
    asked.onerror = () => {
      opening = undefined;
      reject(asked.error);
    };
  });
  return opening;
}

async function ask<T>(
  mode: IDBTransactionMode,
  act: (kept: IDBObjectStore) => IDBRequest,
): Promise<T | undefined> {
  try {
    const disk = await opened();
    return await new Promise<T | undefined>((resolve, reject) => {
      const change = disk.transaction(KEPT, mode);
      const asked = act(change.objectStore(KEPT));
      change.oncomplete = () => resolve(asked.result as T | undefined);
      change.onabort = () => reject(change.error);
    });
  } catch {
    return undefined;
  }
}

/** Drafts before then. */
function letGo(before: number): Promise<unknown> {
  return ask("readwrite", (kept) => {
    const walked = kept.openCursor(IDBKeyRange.bound("draft ", "draft~"));
    walked.addEventListener("success", () => {
      const found = walked.result;
      if (!found) return;
      if ((found.value as Draft).at < before) found.delete();
      found.continue();
    });
    return walked;
  });
}

const formKey = (patient: number, url: string, version: string) =>
  `draft ${patient} ${url}|${version}`;

const everyVersion = (patient: number, url: string) =>
  IDBKeyRange.bound(formKey(patient, url, ""), formKey(patient, url, "~"));

export const drafts = {
  /** What was begun within a day; by another version of the questions as if nobody was told of it. */
  async begun(patient: number, url: string, version: string, now: number): Promise<Draft | null> {
    await letGo(now - DRAFT_MS);
    const key = formKey(patient, url, version);
    const mine = await ask<Draft>("readonly", (kept) => kept.get(key));
    if (mine) return mine;
    const others = await ask<Draft[]>("readonly", (kept) =>
      kept.getAll(everyVersion(patient, url)),
    );
    const newest = others?.sort((a, b) => b.at - a.at)[0];
    return newest ? { answers: newest.answers, at: newest.at } : null;
  },
  keep: (patient: number, url: string, version: string, draft: Draft) =>
    ask("readwrite", (kept) => kept.put(draft, formKey(patient, url, version))),
  done: (patient: number, url: string) =>
    ask("readwrite", (kept) => kept.delete(everyVersion(patient, url))),
  lastTime: (patient: number) => ask<Questions>("readonly", (kept) => kept.get(`asked ${patient}`)),
  keepAsked: (patient: number, asked: Questions) =>
    ask("readwrite", (kept) => kept.put({ ...asked, answered: [] }, `asked ${patient}`)),
};
