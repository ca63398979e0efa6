// The page's colours as a canvas needs them: computed, for the scheme that is on.

import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { Palette } from "./plot";

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A panel's colours; `colour` is the CSS variable of its vital. */
export function usePalette(colour: string): Palette {
  const scheme = useComputedColorScheme("light");
  return useMemo(() => {
    const line = variable(colour);
    const isDark = scheme === "dark";
    return {
      line,
      second: variable("--hw-quiet"),
      band: `${line}${isDark ? "40" : "2e"}`,
      grid: isDark ? "#ffffff14" : "#0b1f3312",
      text: variable("--hw-quiet"),
      alarm: {
        high: isDark ? "#ff4d4d" : "#c4161c",
        medium: isDark ? "#ffd43b" : "#d49b00",
        low: isDark ? "#5fd9ea" : "#0a9bb0",
      },
    };
  }, [scheme, colour]);
}
