// Which alerts are held above the pages (arrived.tsx). ms since 1970, the server's clock.

import { useSyncExternalStore } from "react";
import { live } from "../../live";
import type { TodayAlarm } from "../../words";

/** Until when what rang was read; for ever while there is nothing to hold it. */
let until = Number.POSITIVE_INFINITY;
const listeners = new Set<() => void>();
const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

export function readUntil(at: number): void {
  until = at;
  for (const tell of listeners) tell();
}

/** Alerts that rang after this are held above the pages: while they stood open, and unread. */
export function useHeld(): number {
  const read = useSyncExternalStore(subscribe, () => until);
  return Math.max(read, live.now() - performance.now()); // the server's clock comes later
}

export const isHeld = ({ rung }: Pick<TodayAlarm, "rung">, after: number) => rung > after;
