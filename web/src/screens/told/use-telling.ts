// A patient's being told as the server knows it, and acts on it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCalls, useConnections } from "../../live";
import { useStanding } from "../../standing";
import { tellingApi } from "../../telling-api";

const REFRESH_MS = 15_000;

/** Whose it is. `isOwn`: the patient reads; a carer must say why they choose for them. */
export type Whose = { patient: number; name: string; isOwn: boolean };

export function useTelling(patient: number) {
  const connections = useConnections();
  const told = useCalls()
    .filter((call) => call.patient_id === patient)
    .map(({ id, seen, ended }) => `${id} ${seen} ${ended}`)
    .join();
  const telling = useQuery({
    queryKey: ["telling", patient, connections, told],
    queryFn: () => tellingApi.telling(patient),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  return { data: useStanding(telling, patient), error: telling.error, refetch: telling.refetch };
}

/** An act, after which everything of it is asked for again. */
export function useChoice<Wish, Answer>(
  act: (wish: Wish) => Promise<Answer>,
  then?: (answer: Answer) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: ["telling"] });
      await client.invalidateQueries({ queryKey: ["own-quiet"] });
      then?.(answer);
    },
  });
}
