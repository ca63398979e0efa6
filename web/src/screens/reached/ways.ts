// The words for ways, waits and states, each fact once.

import { clockTime } from "../../freshness";
import type { Contact, Delivery, MyCall, Priority, Way } from "../../words";

type WayWords = { name: string; add: string; ask: string; example: string; type: string };

export const WAYS: Record<Way, WayWords> = {
  web_push: { name: "Push", add: "Push on this device", ask: "", example: "", type: "" },
  email: {
    name: "Email",
    add: "Email",
    ask: "Email address",
    example: "name@hospital.org",
    type: "email",
  },
  sms: {
    name: "Text message",
    add: "Text message",
    ask: "Mobile number, with its country",
    example: "+44 20 7946 0000",
    type: "tel",
  },
  voice: {
    name: "Voice call",
    add: "Voice call",
    ask: "Telephone number, with its country",
    example: "+44 20 7946 0000",
    type: "tel",
  },
  other: { name: "Other channel", add: "", ask: "", example: "", type: "" },
};

export const WAITS = [
  { seconds: 0, label: "At once" },
  { seconds: 30, label: "If still unseen after 30 seconds" },
  { seconds: 60, label: "If still unseen after 1 minute" },
  { seconds: 120, label: "If still unseen after 2 minutes" },
  { seconds: 300, label: "If still unseen after 5 minutes" },
] as const;

export const FOR: Record<Priority, string> = {
  high: "High alarms only",
  medium: "High and medium alarms",
  low: "Every call",
};

export function waitOf(seconds: number): string {
  const known = WAITS.find((wait) => wait.seconds === seconds);
  return known?.label ?? `If still unseen after ${seconds} seconds`;
}

export type Standing = { tone: "fine" | "watch" | "act" | "quiet"; text: string };

/** What is known of one way: proven, unproven, or failing. The newest message decides. */
export function standingOf(contact: Contact, ago: (at: number) => string): Standing {
  const { last_state, last_at, last_error, verified } = contact;
  if (last_state === "failed") {
    return { tone: "act", text: `The last message failed: ${last_error ?? "nobody knows why"}` };
  }
  if (verified !== null) {
    const when = last_at === null ? "" : `; last used ${ago(last_at)}`;
    return { tone: "fine", text: `Proven to arrive${when}` };
  }
  if (last_state === "sent") return { tone: "watch", text: "Sent, but nobody knows if it arrived" };
  return { tone: "watch", text: "Not proven yet: send a test" };
}

export type Step = { label: string; state: "done" | "waiting" | "failed" | "unknown" };

/** How far a test came, and what can still be learnt. */
export function stepsOf(delivery: Delivery, way: Way): Step[] {
  if (delivery.state === "failed") {
    return [{ label: delivery.error ?? "It failed", state: "failed" }];
  }
  const isSent = delivery.sent !== null;
  const isDelivered = delivery.delivered !== null;
  const isSeen = delivery.seen !== null;
  const isUnknown = isSent && !isDelivered && delivery.is_final;
  const retry = delivery.error ? ` (${delivery.error}; trying again)` : "";
  return [
    { label: isSent ? "Sent" : `Sending${retry}`, state: isSent ? "done" : "waiting" },
    {
      label: isDelivered
        ? "Arrived"
        : isUnknown
          ? `Arrived? ${WAYS[way].name} cannot say`
          : "Arriving",
      state: isDelivered ? "done" : isUnknown ? "unknown" : "waiting",
    },
    {
      label: isSeen
        ? "Seen"
        : way === "web_push"
          ? "Tap it to prove it"
          : "Open its link to prove it",
      state: isSeen ? "done" : "waiting",
    },
  ];
}

/** How far one message of a call came: `Text message arrived 02:14`. */
export function howFar(message: MyCall["messages"][number], now: number): string {
  const { way, label, state, error } = message;
  const name = label ? `${WAYS[way].name} to ${label}` : WAYS[way].name;
  const at = clockTime(message.at, now);
  switch (state) {
    case "queued":
      return error ? `${name} not sent yet (${error})` : `${name} not sent yet`;
    case "failed":
      return `${name} failed${error ? `: ${error}` : ""}`;
    case "needless":
      return `${name} was not needed`;
    case "delivered":
      return `${name} arrived ${at}`;
    case "sent":
      return `${name} sent ${at}, nobody knows if it arrived`;
    default:
      return `${name} opened ${at}`;
  }
}

/** What became of a call. */
export function outcomeOf(call: Pick<MyCall, "seen" | "ended" | "outcome">, now: number): string {
  const seen = call.seen === null ? "" : `seen ${clockTime(call.seen, now)}, `;
  if (call.ended === null) return `${seen || "not seen, "}still calling you`;
  const at = clockTime(call.ended, now);
  if (call.outcome === "answered") return `${seen}answered ${at}`;
  if (call.outcome === "over") return `${seen}over ${at}`;
  return `${seen || "not seen, "}passed on ${at}`;
}
