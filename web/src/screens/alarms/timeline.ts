// Who knew what, when: everything that happened to one alarm, in one order. Pure.

import { viaInWords } from "../../why";
import type { AlarmStory } from "../../words";

export type Hop =
  | "measured"
  | "received"
  | "judged"
  | "shown"
  | "called"
  | "seen"
  | "unanswered"
  | "answered"
  | "acted"
  | "other"
  | "over";

export type Line = {
  at: number;
  hop: Hop;
  what: string;
  note?: string | undefined;
  /** Whether the rule, asked again, decides the same. */
  isSame?: boolean | null | undefined;
};

const EVENTS = new Map<string, { hop: Hop; what: string }>(
  Object.entries({
    raised: { hop: "judged", what: "Raised" },
    worsened: { hop: "judged", what: "Worse: rings anew" },
    returned: { hop: "judged", what: "Came back: rings anew" },
    "audio paused": { hop: "other", what: "Sound paused" },
    resumed: { hop: "other", what: "Sounds again" },
    acknowledged: { hop: "answered", what: "Acknowledged" },
    cleared: { hop: "over", what: "Condition over" },
    grouped: { hop: "other", what: "One of several with one cause" },
    acted: { hop: "acted", what: "Done" },
  }),
);

const ORDER: readonly Hop[] = ["measured", "received", "judged", "called", "shown", "seen"];
const rank = (hop: Hop): number => {
  const place = ORDER.indexOf(hop);
  return place < 0 ? ORDER.length : place;
};

const asNumber = (value: unknown): number | null => (typeof value === "number" ? value : null);

function fromEvents({ events }: AlarmStory): Line[] {
  return events.flatMap((event): Line[] => {
    const known = EVENTS.get(event.event) ?? { hop: "other", what: event.event };
    const who = event.person ? `${known.what} by ${event.person}` : known.what;
    const line: Line = {
      at: event.at,
      hop: known.hop,
      what: event.priority && known.hop === "judged" ? `${who}, ${event.priority}` : who,
      note: event.note ?? undefined,
      isSame: "rule" in event.detail ? event.is_same : undefined,
    };
    if (known.hop !== "judged") return [line];
    return [...beforeJudging(event.at, event.detail), line];
  });
}

/** The way of the reading that decided. */
function beforeJudging(judged: number, detail: Record<string, unknown>): Line[] {
  const lines: Line[] = [];
  if (typeof detail.measured === "string") {
    const at = Date.parse(detail.measured);
    lines.push({ at, hop: "measured", what: "Measured by the device" });
  }
  const seconds = asNumber(detail.judged_seconds);
  if (seconds !== null) {
    lines.push({ at: judged - seconds * 1000, hop: "received", what: "Received" });
  }
  return lines;
}

function fromCalls({ calls }: AlarmStory): Line[] {
  return calls.flatMap((call): Line[] => {
    const who = call.audience === "patient" ? `${call.person}, the patient` : call.person;
    const round = call.round > 1 ? `, round ${call.round}` : "";
    const why = [viaInWords(call, call.created), call.because && `because ${call.because}`];
    const note = [`${call.step < 0 ? "first, by the plan" : `step ${call.step}`}${round}`, ...why]
      .filter(Boolean)
      .join(", ");
    const lines: Line[] = [{ at: call.created, hop: "called", what: `Called ${who}`, note }];
    if (call.seen !== null) lines.push({ at: call.seen, hop: "seen", what: `${who} saw the call` });
    if (call.ended !== null && call.outcome === "unanswered") {
      lines.push({ at: call.ended, hop: "unanswered", what: `No answer from ${who}` });
    }
    return lines;
  });
}

function fromReceipts({ receipts }: AlarmStory): Line[] {
  return receipts.map(({ at, person, role, seconds }) => ({
    at,
    hop: "shown" as const,
    what: `On the screen of ${person}, ${role}`,
    note: seconds === null ? undefined : `${seconds.toFixed(2)} s after it was received`,
  }));
}

export function timeline(story: AlarmStory): Line[] {
  const lines = [...fromEvents(story), ...fromCalls(story), ...fromReceipts(story)];
  return lines.sort((a, b) => a.at - b.at || rank(a.hop) - rank(b.hop));
}

/** Since the first moment, in the fewest words that still tell: `+0.31 s`, `+42 s`, `+3 min`. */
export function since(at: number, first: number): string {
  const seconds = (at - first) / 1000;
  if (Math.abs(seconds) < 10) return `${seconds < 0 ? "−" : "+"}${Math.abs(seconds).toFixed(2)} s`;
  if (seconds < 120) return `+${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `+${minutes} min`;
  return `+${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
