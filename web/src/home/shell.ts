// The page that opens without a network, on the telephone of a patient who is signed in: its files,
// and whose it is. Where nobody is signed in, or somebody else, nothing of it stays.
// The browser's caches hold it, where the service worker (public/worker.js) finds it.

import type { Choices } from "../words";

const WORKER = "/worker.js";
const SHELL = "homeward-shell-"; // a cache for each build
const OWNER = "homeward-owner";
const LOCK = "homeward-shell";

export type Units = Pick<Choices, "glucose_unit" | "is_unit_chosen">;
/** Whose measurements are entered there, and in which unit of glucose. The name is shown, so that
 * nobody enters for another. */
export type Owner = { patient: number; name: string; units: Units };
type Listed = { document: string; files: string[] };

let wanted: number | null = null;

const canKeep = () => "caches" in globalThis && "serviceWorker" in navigator;

export async function owner(): Promise<Owner | null> {
  if (!canKeep()) return null;
  const kept = await caches.match("/owner", { cacheName: OWNER });
  return kept ? ((await kept.json()) as Owner) : null;
}

/** Keep what is newest for this patient; what is there already is not fetched again. */
export async function keepFor(mine: Owner): Promise<void> {
  if (!canKeep() || wanted !== mine.patient) return;
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  const answer = await fetch("/shell.json", { cache: "no-cache" });
  if (!answer.ok) return;
  const listed = (await answer.json()) as Listed;
  await navigator.locks.request(LOCK, async () => {
    if (wanted !== mine.patient) return; // signed out meanwhile
    const name = SHELL + listed.document;
    const cache = await caches.open(name);
    // All or nothing: while two versions run, a file of the other one may not be found.
    if (!(await cache.match(listed.document))) await cache.addAll(listed.files);
    await (await caches.open(OWNER)).put("/owner", Response.json(mine));
    await dropAll((each) => each !== name);
  });
}

/** Of anybody but this patient (null: of anybody at all) nothing is kept any more. */
export async function keepOnly(patient: number | null): Promise<void> {
  wanted = patient;
  if (!canKeep()) return;
  await navigator.locks.request(LOCK, async () => {
    const of = (await owner())?.patient;
    if (wanted !== patient || (patient !== null && (of ?? patient) === patient)) return;
    await caches.delete(OWNER);
    await dropAll(() => true);
  });
}

/** Ask for the page that was wanted, and wait for it this time. */
export function comesBack(): void {
  const path = location.pathname.startsWith("/assets/") ? "/" : location.pathname;
  location.replace(`${path}?again`);
}

async function dropAll(isOver: (name: string) => boolean): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(SHELL) && isOver(name)) await caches.delete(name);
}
