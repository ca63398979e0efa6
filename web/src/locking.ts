// A ward's board is locked: at once, or by itself. Apart from session.ts, which every page loads.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "./api";
import { live } from "./live";
import { LOCKED_KEY, SESSION_KEY, useMe } from "./session";
import { staffApi } from "./staff-api";
import { untouchedFor } from "./untouched";

const LOOK_MS = 1_000;
const ENDS_SOON_MS = 60_000;

/** Lock a ward's board: its alarms go on, and nothing says whose they are. */
export function useLock(): (ward: number) => Promise<void> {
  const client = useQueryClient();
  return async (ward) => {
    await staffApi.lock(ward);
    await client.fetchQuery({ queryKey: LOCKED_KEY, queryFn: api.locked, staleTime: 0 });
    client.setQueryData(SESSION_KEY, null);
  };
}

/**
 * Lock this board once nobody has touched it for as long as the site says; and before the session
 * ends by itself, which would leave a ward with a sign-in page and no alarm. A central station is
 * looked at, and not touched: that alone does not lock it.
 */
export function useIdleLock(ward: number, isStation = false): void {
  const { lock_seconds, ends } = useMe();
  const lock = useLock();
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => {
    let isAsked = false;
    const timer = setInterval(async () => {
      const isLeft = !isStation && lock_seconds > 0 && untouchedFor() > lock_seconds * 1000;
      if (isAsked || !(isLeft || live.now() > ends - ENDS_SOON_MS)) return;
      // Where the server is away it is tried again, once it has said so: it alone can end the session.
      isAsked = true;
      await latest.current(ward).catch(() => undefined);
      isAsked = false;
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [lock_seconds, ends, ward, isStation]);
}
