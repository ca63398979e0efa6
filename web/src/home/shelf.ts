// The browser's own disk (IndexedDB): what waits to be sent, and what is known of each meter. What
// a meter said and that it is known now are written in one transaction, or not at all.

import type { Memory } from "../gatt/sync";
import type { Item, Waiting } from "./outbox";

const NAME = "homeward-home";
const WAITING = "waiting";
const METERS = "meters";

/** Of one meter of one patient, and one characteristic. */
type Known = Pick<Memory, "epoch" | "last" | "seen" | "contexts"> &
  Partial<Pick<Memory, "session">>;
export type Remembered = { key: string; known: Known };

let opening: Promise<IDBDatabase> | undefined;

function opened(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result
        .createObjectStore(WAITING, { keyPath: "id", autoIncrement: true })
        .createIndex("patient", "patient");
      asked.result.createObjectStore(METERS, { keyPath: "key" });
    };
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

/** Resolves once it is on the disk, not before. */
async function write(stores: string[], act: (change: IDBTransaction) => void): Promise<void> {
  const disk = await opened();
  await new Promise<void>((resolve, reject) => {
    const change = disk.transaction(stores, "readwrite", { durability: "strict" });
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error);
    act(change);
  });
}

async function read<T>(store: string, ask: (from: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const disk = await opened();
  return new Promise<T>((resolve, reject) => {
    const asked = ask(disk.transaction(store).objectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const shelf = {
  all: (patient: number): Promise<Waiting[]> =>
    read(WAITING, (from) => from.index("patient").getAll(patient)),

  /** Keep these, and with them what is known of their meter now. */
  add: (items: readonly Item[], remembered?: Remembered): Promise<void> =>
    write([WAITING, METERS], (change) => {
      for (const each of items) change.objectStore(WAITING).add(each);
      if (remembered) change.objectStore(METERS).put(remembered);
    }),

  remove: (ids: number[]): Promise<void> =>
    write([WAITING], (change) => {
      for (const id of ids) change.objectStore(WAITING).delete(id);
    }),

  refuse: (waiting: Waiting[], refused: string): Promise<void> =>
    write([WAITING], (change) => {
      for (const each of waiting) change.objectStore(WAITING).put({ ...each, refused });
    }),

  recall: (key: string): Promise<Remembered | undefined> =>
    read(METERS, (from) => from.get(key) as IDBRequest<Remembered | undefined>),
};
