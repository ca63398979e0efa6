// A warning sign that was chosen goes out before the answers are sent: whoever chooses it may put the
// phone down. It waits a moment, for a tap beside the answer is no sign, and goes at once where they
// go on, stop or leave the page. What is taken back after that goes out, too.

import { useCallback, useEffect, useRef, useState } from "react";
import type { Form, NewAnswers } from "../../questions-api";
import type { Way } from "./done";
import { type Answers, fitting, type Line, signs } from "./rules";

const STANDS_MS = 3_000;
const AGAIN_MS = 10_000;

/** `isLeaving`: the page may be gone in a moment. Resolves once it is safe. */
export type Tell = (answers: NewAnswers, isLeaving: boolean) => Promise<void>;
/** One answering; `told`: the signs that are known; `isTold`: since something of it went out. */
export type Answering = {
  form: Form;
  due: number | null;
  chain: string;
  told: string;
  isTold: boolean;
  language: string;
};
type Said = { of: Answering; answers: Answers; signs: string; at: number };
export type Warned = { chain: string; key: string; signs: string };

export const newKey = (): string =>
  crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;

export function useWarning(tell: Tell, wayOf: (key: string) => Way, onTold: (said: Said) => void) {
  const waits = useRef<Said | null>(null);
  const timer = useRef(0);
  const [state, setState] = useState<"idle" | "stands" | "failed">("idle");
  const [warned, setWarned] = useState<Warned | null>(null);
  const told = useRef(onTold);
  told.current = onTold;
  const way = useRef(tell);
  way.current = tell;

  const cancel = useCallback(() => {
    clearTimeout(timer.current);
    waits.current = null;
    setState("idle");
  }, []);
  const go = useCallback(
    (isLeaving = false) => {
      const said = waits.current;
      if (!said) return;
      cancel();
      const { of, answers } = said;
      const { form, due, chain, language } = of;
      const before = { told: of.told, isTold: of.isTold };
      of.told = said.signs;
      of.isTold = true;
      const key = newKey();
      const { url, version } = form;
      const body = { key, chain, is_begun: true, url, version, language, due, answered: said.at };
      way.current({ ...body, answers: { ...answers } }, isLeaving).then(
        () => {
          setWarned({ chain, key, signs: said.signs });
          told.current(said);
        },
        () => {
          // Neither disk nor network: once more, unless something else was said meanwhile.
          of.told = before.told;
          of.isTold = before.isTold;
          if (waits.current) return;
          waits.current = said;
          setState("failed");
          timer.current = window.setTimeout(go, AGAIN_MS);
        },
      );
    },
    [cancel],
  );
  const consider = useCallback(
    (of: Answering, given: Answers, at: number) => {
      const lines = of.form.items as Line[];
      const answers = fitting(lines, given);
      const chosen = signs(lines, answers);
      const now = chosen.join("\n");
      const known = of.told.split("\n");
      const before = waits.current;
      if (now === of.told || !(of.isTold || chosen.some((each) => !known.includes(each))))
        return cancel();
      if (before && JSON.stringify(before.answers) === JSON.stringify(answers)) return;
      const goesOn = before?.signs === now;
      clearTimeout(timer.current);
      waits.current = { of, answers, signs: now, at: Math.round(at) };
      setState("stands");
      if (goesOn) go();
      else timer.current = window.setTimeout(go, STANDS_MS);
    },
    [cancel, go],
  );
  useEffect(() => {
    const hidden = () => document.visibilityState === "hidden" && go(true);
    const leaves = () => go(true);
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", leaves);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", leaves);
      go();
    };
  }, [go]);

  /** Whether the team knows of what is chosen now, in this answering. */
  const knows = (chain: string): Way => {
    if (state === "failed") return "waits";
    if (state === "idle" && warned?.chain === chain) return wayOf(warned.key);
    return navigator.onLine ? "sending" : "waits";
  };
  return { consider, go, cancel, knows, warned };
}
