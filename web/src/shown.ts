// The receipt for a call: it stood, whole, on a visible tab of the person called.

import { type RefObject, useEffect } from "react";
import { live, useConnections } from "./live";

const SHARE_SHOWN = 0.6;

export function useShown(box: RefObject<HTMLElement | null>, callId: number | null): void {
  const connections = useConnections();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection asks for new receipts
  useEffect(() => {
    const element = box.current;
    if (!element || callId === null) return;
    let isInView = false;
    const report = () => {
      if (isInView && document.visibilityState === "visible") live.show([callId]);
    };
    const observer = new IntersectionObserver(
      ([entry]) => {
        isInView = entry?.isIntersecting ?? false;
        report();
      },
      { threshold: SHARE_SHOWN },
    );
    observer.observe(element);
    document.addEventListener("visibilitychange", report);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", report);
    };
  }, [box, callId, connections]);
}
