// Receipts: a call or an alarm stood, whole, on a visible tab. One observer serves every screen:
// a storm of alarms must not bring one each.

import { type RefObject, useEffect } from "react";
import { live, useConnections } from "./live";
import type { Alarm } from "./words";

const SHARE_SHOWN = 0.6;
// Observed at each twentieth: of what is taller than the screen, never so much stands on it at once.
const STEPS = Array.from({ length: 21 }, (_, step) => step / 20);

const inView = new Set<Element>();
const reports = new Map<Element, Set<() => void>>();
let observer: IntersectionObserver | null = null;

function report(element: Element): void {
  for (const each of reports.get(element) ?? []) each();
}

/** Most of it stands on the screen, or most of the screen is full of it. */
function isShown(one: IntersectionObserverEntry): boolean {
  const screen = one.rootBounds?.height ?? window.innerHeight;
  return (
    one.isIntersecting &&
    (one.intersectionRatio >= SHARE_SHOWN || one.intersectionRect.height >= SHARE_SHOWN * screen)
  );
}

function look(entries: IntersectionObserverEntry[]): void {
  for (const entry of entries) {
    const { target } = entry;
    const wasShown = inView.has(target);
    if (isShown(entry)) inView.add(target);
    else inView.delete(target);
    if (!wasShown && inView.has(target) && document.visibilityState === "visible") report(target);
  }
}

function reportAll(): void {
  if (document.visibilityState === "visible") for (const element of inView) report(element);
}

/** Call `tell` whenever `element` stands on a visible tab; returns how to stop. */
export function whenShown(element: Element, tell: () => void): () => void {
  if (!observer) {
    observer = new IntersectionObserver(look, { threshold: STEPS });
    document.addEventListener("visibilitychange", reportAll);
  }
  const tells = reports.get(element) ?? new Set();
  reports.set(element, tells.add(tell));
  if (inView.has(element) && document.visibilityState === "visible") tell();
  observer.observe(element);
  return () => {
    tells.delete(tell);
    if (tells.size > 0) return;
    observer?.unobserve(element);
    reports.delete(element);
    inView.delete(element);
  };
}

/** The receipt for a call: of the person called. */
export function useShown(box: RefObject<HTMLElement | null>, callId: number | null): void {
  const connections = useConnections();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection asks for new receipts
  useEffect(() => {
    if (!box.current || callId === null) return;
    return whenShown(box.current, () => live.show([callId]));
  }, [box, callId, connections]);
}

/** The receipt for an alarm, once for each ringing of it. */
export function useRendered(
  box: RefObject<HTMLElement | null>,
  { id, rung }: Pick<Alarm, "id" | "rung">,
): void {
  const connections = useConnections();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection asks for new receipts
  useEffect(() => {
    if (!box.current) return;
    return whenShown(box.current, () => live.render(id, rung));
  }, [box, id, rung, connections]);
}
