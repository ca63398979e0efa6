/** How an account at a cloud goes: in words, and what somebody does about it. Times are ms. */

import type { CloudLink } from "../../words";

const SERVICES = new Map([
  ["open-wearables", "Open Wearables"],
  ["withings", "Withings"],
]);

export const everyService: readonly string[] = [...SERVICES.keys()];

export const serviceInWords = (service: string) => SERVICES.get(service) ?? service;

export type Going = { tone: "fine" | "waits" | "wrong"; words: string; fix: string };

const AGAIN = "Link it again, with a new address for them to sign in.";

/** What is wrong stands first: what ends all of it, then whose it is, then the cloud's own. */
export function goingOf(link: CloudLink): Going {
  if (link.status !== "active") {
    const apart = link.status === "quarantined";
    return wrong(
      apart ? "The device is in quarantine." : `The device was ${link.status}.`,
      apart ? "Release the device once it is sound." : "Unlink it, and link a new device.",
    );
  }
  if (!link.is_worn) {
    return wrong("Nobody wears the device: nothing comes in.", "Say on Devices who wears it.");
  }
  if (!link.is_theirs) {
    return wrong(
      "Somebody else wears the device now: nothing comes in.",
      "Unlink it, or change back who wears it.",
    );
  }
  if (!link.is_known) {
    if (link.is_late) return wrong("They did not sign in within the day they had.", AGAIN);
    return { tone: "waits", words: "Waits for them to sign in and agree.", fix: "" };
  }
  if (link.trouble) return wrong(sentence(link.trouble), fixOf(link));
  if (link.heard === null) {
    return { tone: "waits", words: "Linked. Nothing has come yet.", fix: firstOf(link) };
  }
  return { tone: "fine", words: "Comes in.", fix: "" };
}

function wrong(words: string, fix: string): Going {
  return { tone: "wrong", words, fix };
}

function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function fixOf(link: CloudLink): string {
  if (link.service !== "withings") return "Connect it again in Open Wearables.";
  return link.is_asked ? "It is asked again by itself." : AGAIN;
}

function firstOf(link: CloudLink): string {
  if (link.service === "withings") return "";
  return "If it stays so: is their user there this one, and is the address above registered?";
}

const RANK = { wrong: 0, waits: 1, fine: 2 };

/** Who needs somebody stands first. */
export function inOrder(links: readonly CloudLink[]): CloudLink[] {
  return [...links].sort(
    (one, other) =>
      RANK[goingOf(one).tone] - RANK[goingOf(other).tone] || one.device.localeCompare(other.device),
  );
}
