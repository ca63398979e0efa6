// The round of a ward, kept as fresh as what changes it: entries, scores, time.

import { useQuery } from "@tanstack/react-query";
import { useAgreements } from "../../live-of";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";
import type { BedRound } from "../../words";

const AGAIN_MS = 10_000;

export function useRound(ward: number | null) {
  const agreements = useAgreements();
  const round = useQuery({
    queryKey: ["round", ward, agreements],
    queryFn: () => staffApi.round(ward ?? 0),
    enabled: ward !== null,
    placeholderData: (before) => (before?.ward_id === ward ? before : undefined),
    refetchInterval: AGAIN_MS,
  });
  return { data: useStanding(round, ward), error: round.error, refetch: round.refetch };
}

/** Whom to see next: the first of the round that is due now, other than who was just seen. */
export function nextOf(beds: readonly BedRound[], but: number | null, now: number) {
  return beds.find(
    ({ patient, due }) => patient !== null && patient.id !== but && due !== null && due <= now,
  );
}
