// The reader's own day, and its glucose. Times are ms since 1970 UTC.

import { useQuery } from "@tanstack/react-query";
import { api } from "../../api";
import { useAskedAnew } from "../../asked-anew";
import { live, useConnections } from "../../live";
import { useAgreements } from "../../live-of";

export type Day = { start: number; end: number };

const POINTS = 288; // one for each five minutes of a day
const REFRESH_MS = 60_000;
const TODAY_MS = 20_000;

/** The reader's own day that holds `now`: local midnight to midnight. */
export function dayOf(now: number): Day {
  const start = new Date(now).setHours(0, 0, 0, 0);
  return { start, end: new Date(start).setHours(24, 0, 0, 0) };
}

export function useGlucoseToday(patientId: number) {
  const connections = useConnections();
  return useQuery({
    queryKey: ["glucose-today", patientId, connections],
    queryFn: () => {
      const now = live.now();
      return api.trend(patientId, dayOf(now).start, Math.ceil(now), POINTS);
    },
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
}

/** Asked again, and what is here stays where that fails: an alert must not give way to an error. */
export function useToday() {
  const connections = useConnections();
  // What came before the server began to tell is in the answer alone.
  const agreements = useAgreements();
  const query = useQuery({
    queryKey: ["today"],
    queryFn: api.today,
    refetchInterval: TODAY_MS,
    refetchIntervalInBackground: true,
  });
  useAskedAnew(query, `${connections} ${agreements}`);
  return query;
}
