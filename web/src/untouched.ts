// Whether somebody is there: a key, a click or a touch. What a page asks by itself while nobody
// touches it says so, and keeps no sign-in alive (homeward/api/guarding.py).

const QUIET_MS = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
let touched = Date.now();

for (const sign of SIGNS)
  globalThis.document?.addEventListener(sign, () => (touched = Date.now()), {
    passive: true,
    capture: true,
  });

/** For how many ms. */
export const untouchedFor = (now = Date.now()): number => now - touched;
export const isUntouched = (now = Date.now()): boolean => untouchedFor(now) > QUIET_MS;
