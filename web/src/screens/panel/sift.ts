// Which of a thousand lines are asked for. Pure.

import type { Line, Why } from "../../panel-api";

export const WHYS: readonly (readonly [Why, string])[] = [
  ["letter", "Messages"],
  ["range", "Out of range"],
  ["trend", "Trend"],
  ["silence", "Silence"],
  ["adherence", "Adherence"],
  ["questions", "Questions"],
];

export type Wish = { why: Why | "any" | "all"; text: string };

const NOBODY: ReadonlySet<number> = new Set();

/**
 * Lines in their order: of one reason, of any (`any`), or everybody (`all`), by name or number; and
 * those that are `held`: where somebody writes, a reason that goes must not take the words along.
 */
export function sifted(lines: readonly Line[], { why, text }: Wish, held = NOBODY): Line[] {
  const wanted = text.trim().toLocaleLowerCase();
  return lines.filter((line) => {
    if (held.has(line.id)) return true;
    if (why === "any" && line.reasons.length === 0) return false;
    if (why !== "any" && why !== "all" && !line.reasons.some(({ kind }) => kind === why))
      return false;
    return (
      wanted === "" ||
      line.name.toLocaleLowerCase().includes(wanted) ||
      line.record_number.toLocaleLowerCase().includes(wanted)
    );
  });
}

/** How many lines have each reason. */
export function countOf(lines: readonly Line[]): ReadonlyMap<Why, number> {
  const counts = new Map<Why, number>();
  for (const { reasons } of lines)
    for (const kind of new Set(reasons.map(({ kind }) => kind)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
