/** What a patient is told first, decided in one place. Times are ms since 1970 UTC. */

import { fill, languageNow, listed, secondsAgo, words } from "../../languages/speaking";

export type Tone = "fine" | "watch" | "act" | "old";

export type Told = { vital: string; label: string; at: number; tone: Tone };
export type Alert = { id: number; priority: "high" | "medium" | "low"; state: string };

export type Verdict = {
  tone: Tone | "lost";
  title: string;
  detail: string;
};

/**
 * The first sentence of the page.
 *
 * The order is the point: what must be done comes before what is unknown, and what is unknown
 * before any reassurance. "Fine" is said only of values that are all fresh, with nothing open.
 */
export function verdictOf(vitals: Told[], alerts: Alert[], isConnected: boolean): Verdict {
  const say = words("today");
  const open = alerts.filter((alert) => alert.state !== "resolved");
  if (open.some((alert) => alert.priority === "high")) {
    return { tone: "act", title: say.actNow, detail: say.readThis };
  }
  if (open.length > 0) return { tone: "watch", title: say.look, detail: say.somethingToDo };
  if (!isConnected) return { tone: "lost", title: say.cannotReach, detail: say.outOfDate };
  return verdictOfValues(vitals);
}

function verdictOfValues(vitals: Told[]): Verdict {
  const say = words("today");
  if (vitals.length === 0) return { tone: "old", title: say.noneYet, detail: say.appearHere };
  const old = vitals.filter((vital) => vital.tone === "old");
  if (old.length > 0) {
    const detail = say.notLately.replace("{vitals}", listed(old.map(amid)));
    return { tone: "old", title: say.noRecent, detail };
  }
  const worst = vitals.find((v) => v.tone === "act") ?? vitals.find((v) => v.tone === "watch");
  if (worst) {
    return {
      tone: worst.tone,
      title: worst.tone === "act" ? say.actNow : say.watch,
      detail: fill(say.outside, { vital: amid(worst) }),
    };
  }
  return { tone: "fine", title: say.fine, detail: say.allInRange };
}

/** A vital's name amid a sentence: small in English, as it is where nouns are written large. */
const amid = ({ label }: Told): string => (languageNow() === "en" ? label.toLowerCase() : label);

/** What is said to be measured just now is not said to be old. */
const STALE_SECONDS_MIN = 60;

/** A value is old by the server's word, or by our clock once the page has been open for long. */
export function toneNow(tone: Tone, at: number, now: number, staleSeconds: number): Tone {
  return now - at > Math.max(staleSeconds, STALE_SECONDS_MIN) * 1_000 ? "old" : tone;
}

/** An age in the words people use: "just now", "4 minutes ago", "2 days ago". */
export function agoInWords(at: number, now: number): string {
  return now - at < 59_500 ? words("today").justNow : secondsAgo(now - at);
}
