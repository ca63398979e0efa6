// The words for ways, waits and states, each fact once.

import type { Contact, Delivery, Priority, Way } from "../../words";

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
