// Wards a person follows: their alarms are shown and sound on every page, not on the board alone.
//
// Who opens a ward's board follows it, until they say otherwise or their shift is over. Opening
// a second ward does not end the first: a glance next door must not silence one's own patients.

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { live } from "./live";

type Kept = Readonly<Record<string, { at: number; isFollowed: boolean }>>;

/** What was opened longer ago belongs to an earlier shift. */
export const SHIFT_MS = 12 * 3_600_000;
const WARDS_MAX = 32; // the server hears of no more

/** The wards followed, of what was kept; of earlier shifts no more than the last one opened. */
export function followedOf(kept: Kept, now: number): number[] {
  const lines = Object.entries(kept).map(([ward, line]) => ({ ward: Number(ward), ...line }));
  lines.sort((a, b) => b.at - a.at);
  const recent = lines.filter(({ at }) => now - at < SHIFT_MS);
  return (recent.length ? recent : lines.slice(0, 1))
    .filter(({ isFollowed }) => isFollowed)
    .slice(0, WARDS_MAX)
    .map(({ ward }) => ward)
    .sort((a, b) => a - b);
}

/** A board was opened: its ward is followed, unless this shift said no. */
export function withOpened(kept: Kept, ward: number, now: number): Kept {
  const recent = Object.entries(kept).filter(([, { at }]) => now - at < SHIFT_MS);
  const isFollowed = recent.find(([one]) => one === String(ward))?.[1].isFollowed ?? true;
  return { ...Object.fromEntries(recent), [ward]: { at: now, isFollowed } };
}

const listeners = new Set<() => void>();
const keyOf = (person: number): string => `homeward.wards.${person}`;

function read(text: string): Kept {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return {}; // somebody else's words under our name: begin anew
  }
}

function write(person: number, change: (kept: Kept) => Kept): void {
  const kept = change(read(localStorage.getItem(keyOf(person)) ?? "{}"));
  localStorage.setItem(keyOf(person), JSON.stringify(kept));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener); // another tab of the same person
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

export function useFollowed(person: number): readonly number[] {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(keyOf(person)) ?? "{}");
  return useMemo(() => followedOf(read(text), Date.now()), [text]);
}

/** Hear the alarms of the wards this person follows, whatever the page shows. */
export function useFollowing(person: number): void {
  const wards = useFollowed(person);
  useEffect(() => live.follow(wards), [wards]);
}

/** This ward's board is on the screen. */
export function useOpened(person: number, ward: number): void {
  useEffect(() => {
    const note = () => write(person, (kept) => withOpened(kept, ward, Date.now()));
    note();
    return note; // a board left open all day was left just now
  }, [person, ward]);
}

export function setFollowed(person: number, ward: number, isFollowed: boolean): void {
  write(person, (kept) => ({ ...kept, [ward]: { at: Date.now(), isFollowed } }));
}
