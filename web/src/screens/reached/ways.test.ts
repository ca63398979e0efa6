import { beforeAll, expect, test } from "vitest";
import { speak } from "../../languages/speaking";
import type { Contact, Delivery } from "../../words";
import { standingOf, stepsOf, waitOf } from "./ways";

beforeAll(() => speak("en", "first", "door", "further"));

const contact = (changes: Partial<Contact>) =>
  ({ last_state: null, last_at: null, last_error: null, verified: null, ...changes }) as Contact;
const delivery = (changes: Partial<Delivery>) =>
  ({
    state: "queued",
    sent: null,
    delivered: null,
    seen: null,
    is_final: false,
    error: null,
    ...changes,
  }) as Delivery;
const ago = () => "a minute ago";

test("sent is never shown as arrived", () => {
  expect(standingOf(contact({ last_state: "sent" }), ago).tone).toBe("watch");
  const steps = stepsOf(delivery({ state: "sent", sent: 1, is_final: true }), "email");
  expect(steps.map(({ state }) => state)).toEqual(["done", "unknown", "waiting"]);
  expect(steps[1]?.label).toBe("Arrived? Email cannot say");
});

test("the newest message decides: what failed last is not fine for having arrived before", () => {
  const failed = contact({ last_state: "failed", last_error: "no such number", verified: 1 });
  expect(standingOf(failed, ago)).toEqual({
    tone: "act",
    text: "The last message failed: no such number",
  });
  expect(standingOf(contact({ verified: 1, last_at: 1 }), ago).tone).toBe("fine");
});

test("a test goes from sending to seen, and says when it is tried again", () => {
  const again = stepsOf(delivery({ error: "no answer" }), "sms");
  expect(again[0]).toEqual({ label: "Sending (no answer; trying again)", state: "waiting" });
  const seen = stepsOf(delivery({ state: "seen", sent: 1, delivered: 2, seen: 3 }), "web_push");
  expect(seen.every(({ state }) => state === "done")).toBe(true);
  expect(stepsOf(delivery({ state: "failed", error: "gone" }), "sms")).toEqual([
    { label: "gone", state: "failed" },
  ]);
});

test("a wait nobody listed is still said", () => {
  expect(waitOf(0)).toBe("At once");
  expect(waitOf(45)).toBe("If still unseen after 45 seconds");
});
