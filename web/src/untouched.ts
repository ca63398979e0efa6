// Whether somebody is there: a key, a click or a touch. What a page asks by itself while nobody
// touches it says so, and keeps no sign-in alive (homeward/api/guarding.py).

const QUIET_MS = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
/** Where the browser's tabs tell each other when somebody was there last; written this seldom. */
const KEPT = "homeward.touched";
const KEPT_EVERY_MS = 5_000;
let touched = Date.now();
let kept = 0;

function touch(): void {
  touched = Date.now();
  if (touched - kept < KEPT_EVERY_MS) return;
  kept = touched;
  localStorage.setItem(KEPT, String(touched));
}

for (const sign of SIGNS)
  globalThis.document?.addEventListener(sign, touch, { passive: true, capture: true });

/**
 * For how many ms, in this tab or another of this browser: a board that lies behind the page somebody
 * works in must not sign them out of it.
 */
export function untouchedFor(now = Date.now()): number {
  const elsewhere = Number(globalThis.localStorage?.getItem(KEPT));
  // A time to come is of a clock that was set back since.
  return now - Math.max(touched, elsewhere <= now ? elsewhere : 0);
}

/** Of this tab alone. */
export const isUntouched = (now = Date.now()): boolean => now - touched > QUIET_MS;
