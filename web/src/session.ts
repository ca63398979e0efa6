// Who is signed in. `null`: nobody.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useRef } from "react";
import { api, Refused } from "./api";
import { live } from "./live";
import { untouchedFor } from "./untouched";
import type { Session } from "./words";

const LOOK_MS = 1_000;
const ENDS_SOON_MS = 60_000;

export const SESSION_KEY = ["session"] as const;
/** The board that is locked in this browser, where nobody is signed in. */
export const LOCKED_KEY = ["session", "locked"] as const;

async function session(): Promise<Session | null> {
  try {
    return await api.session();
  } catch (refusal) {
    if (refusal instanceof Refused && refusal.status === 401) return null;
    throw refusal;
  }
}

export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: session, staleTime: Infinity, retry: 1 });
}

export function useLocked(isAsked: boolean) {
  return useQuery({
    queryKey: LOCKED_KEY,
    queryFn: api.locked,
    enabled: isAsked,
    staleTime: Infinity,
    retry: 1,
  });
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the person signed in; only for screens inside the shell. */
export function useMe(): Session {
  const me = useContext(SessionContext);
  if (!me) throw new Error("useMe outside of a signed-in screen");
  return me;
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.signOut().catch(() => undefined);
    client.setQueryData(SESSION_KEY, null);
  };
}

/** Lock a ward's board: its alarms go on, and nothing says whose they are. */
export function useLock(): (ward: number) => Promise<void> {
  const client = useQueryClient();
  return async (ward) => {
    await api.lock(ward);
    await client.fetchQuery({ queryKey: LOCKED_KEY, queryFn: api.locked, staleTime: 0 });
    client.setQueryData(SESSION_KEY, null);
  };
}

/**
 * Lock this board once nobody has touched it for as long as the site says; and before the session
 * ends by itself, which would leave a ward with a sign-in page and no alarm.
 */
export function useIdleLock(ward: number): void {
  const { lock_seconds, ends } = useMe();
  const lock = useLock();
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => {
    const timer = setInterval(() => {
      const isUntouched = lock_seconds > 0 && untouchedFor() > lock_seconds * 1000;
      // Where the server is away it is tried again: it alone can end the session.
      if (isUntouched || live.now() > ends - ENDS_SOON_MS)
        void latest.current(ward).catch(() => undefined);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [lock_seconds, ends, ward]);
}

/** Keep the live socket open while somebody is signed in. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    live.onSignedOut = () => void client.invalidateQueries({ queryKey: SESSION_KEY });
    live.start();
    return () => {
      live.stop();
      // Nothing of any patient stays behind for the next person at this screen.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    };
  }, [client]);
}
