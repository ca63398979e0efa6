// The one live store, and how screens read it.

import { useEffect, useSyncExternalStore } from "react";
import type { LivePatient } from "./live-patient";
import { type Link, Live } from "./live-store";
import type { Alarm, Call } from "./words";

export type { LivePatient, LiveValue } from "./live-patient";
export { Live, LOST_AFTER_MS } from "./live-store";

export const live = new Live();

/** The server's time in whole seconds, as milliseconds since 1970; renders once a second. */
export function useNow(): number {
  return useSyncExternalStore(live.subscribeSeconds, live.getSecond) * 1000;
}

/**
 * What `read` makes of the server's time; renders only when it makes something else of it. A board
 * of twenty beds drawn anew each second is a board that draws the next alarm late.
 */
export function useTimed<Told extends string | number | boolean>(
  read: (now: number) => Told,
): Told {
  return useSyncExternalStore(live.subscribeSeconds, () => read(live.getSecond() * 1000));
}

export function useLink(): Link {
  return useSyncExternalStore(live.subscribe, live.getLink);
}

/** Whether alarms are watched at all: a dead watcher must never look like a quiet ward. */
export function useGuarded(): boolean {
  return useSyncExternalStore(live.subscribe, live.getGuarded);
}

/**
 * Whether alarms would go unheard: the server has been silent, or nobody judges what it hears.
 * The page's own timer tells, so it needs nobody to say so.
 */
export function useIsBlind(): boolean {
  return useSyncExternalStore(live.subscribe, live.getBlind);
}

/** Changes after each reconnection; give it to a query's key to ask again for what was missed. */
export function useConnections(): number {
  return useSyncExternalStore(live.subscribe, live.getConnections);
}

export function useLivePatient(id: number): LivePatient {
  return useSyncExternalStore(live.subscribeNumbers, () => live.getPatient(id));
}

/** Open alarms of the wards followed and of what the screen shows, in no order. */
export function useAlarms(): readonly Alarm[] {
  return useSyncExternalStore(live.subscribe, live.getAlarms);
}

/** Calls that have not ended. */
export function useCalls(): readonly Call[] {
  return useSyncExternalStore(live.subscribe, live.getCalls);
}

/** Changes when anything was told of any call, also that one ended which was not heard of before. */
export function useCallNews(): number {
  return useSyncExternalStore(live.subscribe, live.getCallNews);
}

/** Tell the server what this screen shows, while it does. */
export function useWatch(watch: "ward" | "patient", id: number): void {
  useEffect(() => {
    live.watch({ watch, id });
    return () => live.watch(null);
  }, [watch, id]);
}
