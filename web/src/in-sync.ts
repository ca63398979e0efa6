// The open alarms, asked for again and again: a message lost on the way is repaired.

import { useQuery } from "@tanstack/react-query";
import { live, useConnections } from "./live";
import { useAgreements, useAlarmWards } from "./live-of";
import { seedWard } from "./seed";
import { staffApi } from "./staff-api";

export const SYNC_MS = 15_000;

/** Keep the store's alarms those of the server, for every ward that is heard. */
export function useAlarmsInSync(): void {
  const wards = useAlarmWards();
  // Asked once more when the server has begun to tell: nothing falls in between.
  const agreements = useAgreements();
  const connections = useConnections();
  useQuery({
    queryKey: ["open-alarms", wards, agreements, connections],
    queryFn: () => Promise.all(wards.map(sync)),
    enabled: wards.length > 0,
    refetchInterval: SYNC_MS,
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
