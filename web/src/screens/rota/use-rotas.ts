// The rotas of a ward as the server knows them, and acts on them.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useConnections } from "../../live";
import { wasChanged } from "../../parts/meanwhile";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";
import type { Named, WardRotas } from "../../words";

const REFRESH_MS = 10_000;

export function useRotas(ward: number | null) {
  const connections = useConnections();
  const rotas = useQuery({
    queryKey: ["rotas", ward, connections],
    queryFn: () => staffApi.rotas(ward ?? 0),
    enabled: ward !== null,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => (before?.ward_id === ward ? before : undefined),
  });
  return { data: useStanding(rotas, ward), error: rotas.error, refetch: rotas.refetch };
}

/** Asks at once how a ward's calls stand; what is answered stands on every page of it. */
export function useLook(ward: number) {
  const client = useQueryClient();
  return async () => {
    const found = await staffApi.rotas(ward);
    client.setQueriesData({ queryKey: ["rotas", ward] }, found);
    return found;
  };
}

/** An act on a ward's calls, after which everything is asked for again. */
export function useAct<Wish>(act: (wish: Wish) => Promise<unknown>, then?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onError: (error) => {
      if (wasChanged(error)) void client.invalidateQueries({ queryKey: ["rotas"] });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["rotas"] });
      then?.();
    },
  });
}

export function nameOf(people: readonly Named[], id: number | null): string {
  return people.find((one) => one.id === id)?.name ?? "somebody who may not sign in";
}

export const namesOf = (ward: WardRotas, ids: readonly number[]): string =>
  ids.map((id) => nameOf(ward.people, id)).join(", ");

/** The name by which a bar has room: `Nora O.` */
export function shortName(name: string): string {
  const [first = "", ...rest] = name.split(" ");
  const last = rest.at(-1);
  return last ? `${first} ${last[0]}.` : first;
}
