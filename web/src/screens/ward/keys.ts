// The board by keyboard alone.

import { useEffect, useRef } from "react";

export const KEYS = [
  ["j or ↓ →", "Next bed"],
  ["k or ↑ ←", "Previous bed"],
  ["Enter", "Open the chart of this bed"],
  ["a", "Acknowledge this bed's alarm; with no bed chosen, the most urgent one"],
  ["1 – 5", "In the dialog: the reason"],
  ["l", "List of all alarms"],
  ["/", "Find a patient"],
  ["s", "Sort by bed or by risk"],
  ["?", "This help"],
] as const;

/** What a key does, by its name. */
export type Acts = Record<string, () => void>;

const STEPS = new Map(
  Object.entries({
    j: 1,
    ArrowDown: 1,
    ArrowRight: 1,
    k: -1,
    ArrowUp: -1,
    ArrowLeft: -1,
  }),
);

export function tiles(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-tile]")];
}

/** The patient of the tile that has the focus. */
export function focusedPatient(): number | null {
  const tile = document.activeElement?.closest("article")?.querySelector("[data-tile]");
  const id = tile?.getAttribute("data-tile");
  return id ? parseInt(id, 10) : null;
}

function step(by: number): void {
  const all = tiles();
  const here = all.findIndex((tile) => tile.closest("article")?.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
  all[(next + all.length) % all.length]?.focus();
}

/** Keys act on the board itself: not while somebody types, nor over an open dialog. */
function isElsewhere(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null;
}

export function useBoardKeys(acts: Acts): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const by = STEPS.get(event.key);
      // Left and right inside the sort switch belong to the switch.
      const act = Object.hasOwn(latest.current, event.key) && latest.current[event.key];
      if (by) step(by);
      else if (act) act();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
