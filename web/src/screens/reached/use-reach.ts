// My ways as the server knows them, what this browser is, and tests on their way.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api";
import { pushState } from "../../push";
import { reachApi } from "../../reach-api";
import type { Delivery } from "../../words";

const REFRESH_MS = 10_000;
const TEST_LOOK_MS = 700;
const TEST_FOR_MS = 180_000;
const KEY = ["reach"];

export function useReach() {
  return useQuery({ queryKey: KEY, queryFn: api.reach, refetchInterval: REFRESH_MS });
}

export function usePushState() {
  return useQuery({ queryKey: ["push-state"], queryFn: pushState, refetchInterval: REFRESH_MS });
}

/** An act on my ways, after which they are asked for again. */
export function useAct<Wish, Answer>(act: (wish: Wish) => Promise<Answer>, then?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: KEY });
      void client.invalidateQueries({ queryKey: ["push-state"] });
    },
    onSuccess: then,
  });
}

const isOver = ({ state, created }: Delivery) =>
  state === "seen" || state === "failed" || Date.now() - created > TEST_FOR_MS;

/** A test by one way, and how far it has come. */
export function useTest(contact: number) {
  const [sent, setSent] = useState<number | null>(null);
  const start = useAct(() =>
    reachApi.testContact(contact).then((delivery) => setSent(delivery.id)),
  );
  const progress = useQuery({
    queryKey: ["delivery", sent],
    enabled: sent !== null,
    queryFn: () => reachApi.delivery(sent ?? 0),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : TEST_LOOK_MS),
    refetchIntervalInBackground: true,
  });
  const state = progress.data?.state;
  const client = useQueryClient();
  useEffect(() => {
    if (state) void client.invalidateQueries({ queryKey: KEY }); // the list stands by it too
  }, [client, state]);
  return { start, progress: progress.data };
}
