// The limits of a patient or a ward, and the asking of what others would have done.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { LimitsOf } from "../../api";
import { limitsApi } from "../../limits-api";
import type { Limits, NewSetting, Replayed } from "../../words";

const AGAIN_MS = 30_000;

const keyOf = (of: LimitsOf) => ["limits", of.patient ?? null, of.ward ?? null];

export function useLimits(of: LimitsOf) {
  return useQuery({
    queryKey: keyOf(of),
    queryFn: () => limitsApi.limits(of),
    refetchInterval: AGAIN_MS,
  });
}

export function useSet(of: LimitsOf, onDone: () => void, onError: (error: Error) => void) {
  const client = useQueryClient();
  return useMutation<Limits, Error, NewSetting>({
    mutationFn: (setting) => limitsApi.setLimits(of, setting),
    onSuccess: async (found) => {
      // What was asked for before would say again how it was.
      await client.cancelQueries({ queryKey: keyOf(of) });
      client.setQueryData(keyOf(of), found);
      onDone();
    },
    onError,
  });
}

/** Asks at once how the limits stand. */
export function useLook(of: LimitsOf) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keyOf(of) });
}

export type Answer = Replayed & { isDone: boolean };
export type Replay = {
  answer: Answer | null;
  error: Error | null;
  isAsking: boolean;
  ask: (setting: NewSetting) => Promise<void>;
  forget: () => void;
};

/** Asks step by step and adds up; a newer question, or none any more, ends an older one. */
export function useReplay(of: LimitsOf): Replay {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const asked = useRef(0);
  const forget = useCallback(() => {
    asked.current += 1;
    setAnswer(null);
    setError(null);
    setIsAsking(false);
  }, []);
  useEffect(
    () => () => {
      asked.current += 1;
    },
    [],
  );
  const ask = async (setting: NewSetting) => {
    forget();
    const mine = asked.current;
    setIsAsking(true);
    let sum: Answer | null = null;
    let after: number | null = 0;
    try {
      while (after !== null) {
        const step: Replayed = await limitsApi.replayLimits(of, setting, after);
        if (asked.current !== mine) return;
        sum = added(sum, step);
        setAnswer(sum);
        after = step.after;
      }
    } catch (fault) {
      if (asked.current === mine) setError(fault as Error);
    }
    if (asked.current === mine) setIsAsking(false);
  };
  return { answer, error, isAsking, ask, forget };
}

function added(sum: Answer | null, step: Replayed): Answer {
  return {
    ...step,
    now: step.now + (sum?.now ?? 0),
    proposed: step.proposed + (sum?.proposed ?? 0),
    readings: step.readings + (sum?.readings ?? 0),
    hours: step.hours + (sum?.hours ?? 0),
    isDone: step.after === null,
  };
}
