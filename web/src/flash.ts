// Alarms flash in step (IEC 60601-1-8:2006+A2:2020, table 2: high 1.4 to 2.8 Hz, medium 0.4 to
// 0.8 Hz). One attribute for all of them, turned over a few times a second: an animation of each
// bar costs the page sixty frames a second, and the alarm that comes next is painted later for it.

import { useEffect } from "react";

export const PERIOD_MS = { high: 500, medium: 1_600 } as const;

export function useFlash(): void {
  useEffect(() => {
    const root = document.documentElement;
    const timers = Object.entries(PERIOD_MS).map(([priority, period]) =>
      setInterval(() => root.toggleAttribute(`data-flash-${priority}`), period / 2),
    );
    return () => timers.forEach(clearInterval);
  }, []);
}
