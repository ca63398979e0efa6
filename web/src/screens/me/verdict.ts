/** What a patient is told first, decided in one place. Times are ms since 1970 UTC. */

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
  const open = alerts.filter((alert) => alert.state !== "resolved");
  if (open.some((alert) => alert.priority === "high")) {
    return { tone: "act", title: "Act now", detail: "Please read this and do it straight away." };
  }
  if (open.length > 0) {
    return {
      tone: "watch",
      title: "Please take a look",
      detail: "There is something to do today.",
    };
  }
  if (!isConnected) {
    return {
      tone: "lost",
      title: "We cannot reach Homeward",
      detail: "What you see may be out of date. This page tries again by itself.",
    };
  }
  return verdictOfValues(vitals);
}

function verdictOfValues(vitals: Told[]): Verdict {
  if (vitals.length === 0) {
    return {
      tone: "old",
      title: "No measurements yet",
      detail: "Your values appear here once your device has sent them.",
    };
  }
  const old = vitals.filter((vital) => vital.tone === "old");
  if (old.length > 0) {
    return {
      tone: "old",
      title: "We have no recent value",
      detail: `Your ${listOf(old.map((vital) => vital.label.toLowerCase()))} has not been measured lately, so we cannot say how you are.`,
    };
  }
  const worst = vitals.find((v) => v.tone === "act") ?? vitals.find((v) => v.tone === "watch");
  if (worst) {
    return {
      tone: worst.tone,
      title: worst.tone === "act" ? "Act now" : "Keep an eye on it",
      detail: `Your ${worst.label.toLowerCase()} is outside your usual range.`,
    };
  }
  return {
    tone: "fine",
    title: "Your values look fine",
    detail: "All that was measured lately is in range. If you feel unwell, trust how you feel.",
  };
}

/** "a", "a and b", "a, b and c", by the reader's own language. */
export function listOf(words: string[]): string {
  return new Intl.ListFormat(undefined, { type: "conjunction" }).format(words);
}

/** A value is old by the server's word, or by our clock once the page has been open for long. */
export function toneNow(tone: Tone, at: number, now: number, staleSeconds: number): Tone {
  return now - at > staleSeconds * 1_000 ? "old" : tone;
}

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** An age in the words people use: "just now", "4 minutes ago", "2 days ago". */
export function agoInWords(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 60) return "just now";
  if (seconds < 3_600) return AGO.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86_400) return AGO.format(-Math.round(seconds / 3_600), "hour");
  return AGO.format(-Math.round(seconds / 86_400), "day");
}
