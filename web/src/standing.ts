// What is known stays on the page while it cannot be asked for anew: a network that is away for a
// moment must not take a ward off the wall, nor what somebody has half typed.

import { useRef } from "react";
import { Refused } from "./api";

type Asked<Thing> = { data: Thing | undefined; error: unknown };

/** Nothing was answered. A refusal is an answer: it may be one's right to see that is gone. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Refused && (error.status === 0 || error.status >= 500);

/** What there is to show, given what was shown `before`. */
export function standing<Thing>(
  { data, error }: Asked<Thing>,
  before: Thing | undefined,
): Thing | undefined {
  if (error && !isUnanswered(error)) return undefined;
  return data ?? before;
}

/** The same of a question whose answers were shown before; `of`: whose they are. */
export function useStanding<Thing>(asked: Asked<Thing>, of: unknown): Thing | undefined {
  const last = useRef<{ of: unknown; data: Thing | undefined }>({ of, data: undefined });
  const before = last.current.of === of ? last.current.data : undefined;
  const data = standing(asked, before);
  last.current = { of, data };
  return data;
}
