// The open alarms, asked for again and again: a message lost on the way is repaired.

import { useQuery } from "@tanstack/react-query";
import { live, useConnections } from "./live";
import { useAgreements, useAlarmWards } from "./live-of";
import { seedWard } from "./seed";
import { staffApi } from "./staff-api";

export const SYNC_MS = 15_000;

/** Keep the store's alarms those of the server, for every ward that is heard. */
export function useAlarmsInSync(): void {
  useSync(true);
}

/** Of what the list of open alarms is: of no ward, not answered yet, not answered again, or all. */
export type Known = "no ward" | "asked" | "away" | "all";
const KNOWN = { pending: "asked", error: "away", success: "all" } as const;

/** What is known of open alarms: a list that nobody could ask for must not look like a calm ward. */
export function useKnown(): Known {
  const isOfNone = useAlarmWards().length === 0;
  const { status } = useSync(false);
  return isOfNone ? "no ward" : KNOWN[status];
}

/** `isMine`: asked for again and again here; otherwise it is looked at what came of it. */
function useSync(isMine: boolean) {
  const wards = useAlarmWards();
  // Asked once more when the server has begun to tell: nothing falls in between.
  const agreements = useAgreements();
  const connections = useConnections();
  return useQuery({
    queryKey: ["open-alarms", wards, agreements, connections],
    queryFn: () => Promise.all(wards.map(sync)),
    enabled: wards.length > 0,
    refetchInterval: isMine && SYNC_MS,
    refetchOnMount: isMine,
    staleTime: 0,
    gcTime: 0,
  });
}

async function sync(ward: number): Promise<number> {
  const asked = performance.now();
  const [found, calls] = await Promise.all([staffApi.alarms(ward), staffApi.calls(ward)]);
  seedWard(live, ward, found, asked);
  live.seedCalls(calls, asked);
  return found.length;
}
