// The words for ways, waits and states, each fact once.

import { clockTime } from "../../freshness";
import { count } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
import type { Contact, Delivery, MyCall, Priority, Way } from "../../words";

/** What an address looks like, and how a browser helps to enter it. */
export const FIELDS = {
  email: { example: "name@hospital.org", type: "email" },
  sms: { example: "+44 20 7946 0000", type: "tel" },
  voice: { example: "+44 20 7946 0000", type: "tel" },
} as const;

export const wayWords = (way: Way) => words("reached").ways[way];

export const WAITS_SECONDS = [0, 30, 60, 120, 300] as const;

/** For which calls one is reached by a way. */
export const forWhich = (least: Priority): string => words("reached").calls[least];

export function waitOf(seconds: number): string {
  const say = words("reached");
  if (seconds === 0) return say.atOnce;
  const isWhole = seconds % 60 === 0;
  return isWhole ? count(say.afterMinutes, seconds / 60) : count(say.afterSeconds, seconds);
}

export type Standing = { tone: "fine" | "watch" | "act" | "quiet"; text: string };

/** What is known of one way: proven, unproven, or failing. The newest message decides. */
export function standingOf(contact: Contact, ago: (at: number) => string): Standing {
  const { last_state, last_at, last_error, verified } = contact;
  const say = words("reached");
  if (last_state === "failed") {
    return { tone: "act", text: fill(say.lastFailed, { why: last_error ?? say.nobodyKnows }) };
  }
  if (verified !== null) {
    const text = last_at === null ? say.proven : fill(say.provenUsed, { ago: ago(last_at) });
    return { tone: "fine", text };
  }
  if (last_state === "sent") return { tone: "watch", text: say.sentUnknown };
  return { tone: "watch", text: say.notProven };
}

export type Step = { label: string; state: "done" | "waiting" | "failed" | "unknown" };

/** How far a test came, and what can still be learnt. */
export function stepsOf(delivery: Delivery, way: Way): Step[] {
  const say = words("reached");
  if (delivery.state === "failed") {
    return [{ label: delivery.error ?? say.itFailed, state: "failed" }];
  }
  const isSent = delivery.sent !== null;
  const isDelivered = delivery.delivered !== null;
  const isSeen = delivery.seen !== null;
  const isUnknown = isSent && !isDelivered && delivery.is_final;
  const { error } = delivery;
  const sending = error ? fill(say.sendingAgain, { error }) : say.sending;
  const cannotSay = fill(say.cannotSay, { way: wayWords(way).name });
  const prove = way === "web_push" ? say.tapIt : say.openLink;
  return [
    { label: isSent ? say.sent : sending, state: isSent ? "done" : "waiting" },
    {
      label: isDelivered ? say.arrived : isUnknown ? cannotSay : say.arriving,
      state: isDelivered ? "done" : isUnknown ? "unknown" : "waiting",
    },
    { label: isSeen ? say.seen : prove, state: isSeen ? "done" : "waiting" },
  ];
}

/** How far one message of a call came: `Text message arrived 02:14`. */
export function howFar(message: MyCall["messages"][number], now: number): string {
  const { way, label, state, error } = message;
  const name = label ? `${wayWords(way).name} to ${label}` : wayWords(way).name;
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
