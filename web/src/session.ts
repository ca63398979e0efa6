// Who is signed in. `null`: nobody.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect } from "react";
import { api, Refused } from "./api";
import { live, useConnections } from "./live";
import type { Session } from "./words";

export const SESSION_KEY = ["session"] as const;
/** The board that is locked in this browser, where nobody is signed in. */
export const LOCKED_KEY = ["session", "locked"] as const;

/** Who signed out here while the server could not hear it: that is still to be done. */
const LEFT = "homeward-left";
const left = () => localStorage.getItem(LEFT);
export const comesIn = (): void => localStorage.removeItem(LEFT);

async function session(): Promise<Session | null> {
  try {
    const found = await api.session();
    if (left() !== String(found.person.id)) return found;
    await api.signOut();
    comesIn();
    return null;
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
    const me = client.getQueryData<Session | null>(SESSION_KEY)?.person.id;
    await api.signOut().catch((refusal) => {
      const isOver = refusal instanceof Refused && refusal.status === 401;
      if (me !== undefined && !isOver) localStorage.setItem(LEFT, String(me));
    });
    client.setQueryData(SESSION_KEY, null);
  };
}

let renewed: Promise<unknown> = Promise.resolve();

/**
 * While this is on its way the session here is over, and the answer brings another: that nobody is
 * signed in is not to be believed before it has come.
 */
export function renews<Answer>(asked: Promise<Answer>): Promise<Answer> {
  renewed = asked.catch(() => undefined);
  return asked;
}

/** Keep the live socket open while somebody is signed in. */
export function useLive(): void {
  const client = useQueryClient();
  useSameOne();
  useEffect(() => {
    live.onSignedOut = () =>
      void renewed.then(() => client.invalidateQueries({ queryKey: SESSION_KEY }));
    live.start();
    return () => {
      live.stop();
      // Nothing of any patient stays behind for the next person at this screen.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    };
  }, [client]);
}

/** Another may have come in by another tab while this page slept: theirs is another page. */
function useSameOne(): void {
  const me = useMe().person.id;
  const connections = useConnections();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection may be somebody else's
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const now = await api.session().catch(() => null);
      if (now && now.person.id !== me) location.reload();
    };
    void look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [me, connections]);
}
