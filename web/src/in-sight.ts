// Whose alarms the page itself has in sight: the strip under the header leaves those to it.

import { type RefObject, useEffect, useSyncExternalStore } from "react";
import type { Alarm } from "./words";

export type InSight = { ward: number } | { patient: number } | { all: true } | null;

let inSight: InSight = null;
const listeners = new Set<() => void>();

function set(next: InSight): void {
  inSight = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useInSight(): InSight {
  return useSyncExternalStore(subscribe, () => inSight);
}

/** A board shows every alarm of its ward, and those of no bed. */
export function isInSight(alarm: Alarm, what: InSight): boolean {
  if (what === null) return false;
  if ("all" in what) return true;
  if ("patient" in what) return alarm.patient_id === what.patient;
  if (alarm.ward_id === what.ward) return true;
  return alarm.patient_id === null && alarm.ward_id === null;
}

/** The board of this ward is on the screen, or (null) something lies over it. */
export function useWardInSight(ward: number | null): void {
  useEffect(() => {
    set(ward === null ? null : { ward });
    return () => set(null);
  }, [ward]);
}

/** Every alarm that is heard stands on this page. */
export function useAllInSight(): void {
  useEffect(() => {
    set({ all: true });
    return () => set(null);
  }, []);
}

// Gone when nothing of it is seen, back when nearly all is: the strip that comes and goes moves
// the page by its own height, which must not call it back at once.
const SHARE_BACK = 0.9;

/** This patient's open alarms stand in `box`, as long as that is not scrolled away. */
export function usePatientInSight(box: RefObject<HTMLElement | null>, patient: number): void {
  useEffect(() => {
    if (!box.current) return;
    set({ patient });
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) set(null);
        else if (entry.intersectionRatio >= SHARE_BACK) set({ patient });
      },
      { threshold: [0, SHARE_BACK] },
    );
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      set(null);
    };
  }, [box, patient]);
}
