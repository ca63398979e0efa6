// My account as the server knows it, and acts on it, after which it is asked for again.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountApi } from "../../account-api";

const KEY = ["account"];

export function useAccount() {
  return useQuery({ queryKey: KEY, queryFn: accountApi.read });
}

export function useAct<Wish, Answer>(
  act: (wish: Wish) => Promise<Answer>,
  then?: (answer: Answer) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
    onSuccess: then,
  });
}
