// Two weeks of a rota as bars in days, by the ward's own clock. Pure.

import type { RotaSpan } from "../../words";

export type Bar = RotaSpan & {
  /** Where in the day, in percent of 24 hours on the wall, also on days that have 23 or 25. */
  left: number;
  width: number;
  isGap: boolean;
};
/** `change`: the clock goes forward or back in it. */
export type Day = { start: number; end: number; bars: Bar[]; change: "forward" | "back" | null };

const HOUR = 3_600_000;

/** How far a zone's clock is ahead of UTC at a moment (ms). */
function ahead(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return wall - Math.floor(at / 1000) * 1000;
}

/** The moment a clock on the wall of a zone shows `2026-03-29T07:00`; null where it is no time. */
export function momentOf(local: string, zone: string): number | null {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  // Twice: the first guess may lie on the other side of a change of the clock.
  const guess = wall - ahead(wall, zone);
  return wall - ahead(guess, zone);
}

/** What the clock on the wall shows, as an input of a browser writes it. */
export function localOf(at: number, zone: string): string {
  return new Date(at + ahead(at, zone)).toISOString().slice(0, 16);
}

/** The days from `start`, each with who is on call in it. */
export function daysOf(spans: readonly RotaSpan[], start: number, zone: string, count = 14): Day[] {
  const days: Day[] = [];
  let from = start;
  for (let number = 0; number < count; number++) {
    const tomorrow = localOf(from + 30 * HOUR, zone).slice(0, 10);
    const end = momentOf(`${tomorrow}T00:00`, zone) ?? from + 24 * HOUR;
    const hours = (end - from) / HOUR;
    const change = hours < 24 ? "forward" : hours > 24 ? "back" : null;
    days.push({ start: from, end, bars: barsOf(spans, from, end, zone), change });
    from = end;
  }
  return days;
}

function barsOf(spans: readonly RotaSpan[], start: number, end: number, zone: string): Bar[] {
  return spans
    .filter((span) => span.starts < end && span.ends > start)
    .map((span) => {
      const left = placeIn({ start, end }, Math.max(span.starts, start), zone);
      const right = placeIn({ start, end }, Math.min(span.ends, end), zone);
      // Of an hour that comes twice both ends may lie at the same place on the wall.
      return { ...span, left, width: Math.max(right - left, 0.5), isGap: !span.people.length };
    });
}

/** Where a moment lies in its day, in percent, by what the clock on the wall shows. */
export function placeIn(day: Pick<Day, "start" | "end">, at: number, zone: string): number {
  if (at >= day.end) return 100;
  const wall = localOf(at, zone);
  const minutes = Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
  return at <= day.start ? 0 : (minutes / (24 * 60)) * 100;
}

/** `3 min`, `45 s`: how long a step waits. */
export function waitInWords(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Time left in the fewest words that say when: `12 min`, `5 h`, `3 days`. */
export function leftInWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
