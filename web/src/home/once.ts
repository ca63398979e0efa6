// A thumb that trembles taps twice. What the second tap would do is being done.

import { useRef } from "react";

/** `act`, but not again while it is under way. */
export function useOnce<Said extends unknown[]>(
  act: (...said: Said) => Promise<void>,
): (...said: Said) => Promise<void> {
  const isUnderWay = useRef(false);
  return async (...said) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    try {
      await act(...said);
    } finally {
      // What it changed is drawn before the next tap is heard.
      setTimeout(() => {
        isUnderWay.current = false;
      });
    }
  };
}
