// Pushes to this browser: asking leave, subscribing, and knowing which contact is this one.

import { fill, words } from "./languages/speaking";

export type PushState = "unsupported" | "insecure" | "denied" | "off" | "on";

const WORKER = "/worker.js";
const KEPT = "homeward-push"; // worker.js reads it when the browser renews its address

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function current(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Where this browser stands, and its address if it has one. */
export async function pushState(): Promise<{ state: PushState; endpoint: string | null }> {
  if (!window.isSecureContext) return { state: "insecure", endpoint: null };
  if (!canPush()) return { state: "unsupported", endpoint: null };
  if (Notification.permission === "denied") return { state: "denied", endpoint: null };
  const endpoint = (await current())?.endpoint ?? null;
  return { state: endpoint ? "on" : "off", endpoint };
}

/** Ask leave and subscribe; what the server is told. Throws in words for the person. */
export async function subscribe(key: string): Promise<string> {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error(words("reached").notAllowed);
  }
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  try {
    const made = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(key),
    });
    await remember(made.endpoint, key);
    return JSON.stringify(made);
  } catch {
    throw new Error(words("reached").noService);
  }
}

export async function unsubscribe(): Promise<void> {
  if (canPush()) await (await current())?.unsubscribe();
}

async function remember(endpoint: string, key: string): Promise<void> {
  const kept = await caches.open(KEPT);
  await kept.put("/subscription", new Response(JSON.stringify({ endpoint, key })));
}

/** base64url, without padding, as bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** What to call this browser in the list, such as "Chrome on Android". */
export function browserName(agent: string = navigator.userAgent): string {
  const browsers = [
    ["Edg", "Edge"],
    ["OPR", "Opera"],
    ["SamsungBrowser", "Samsung Internet"],
    ["Firefox", "Firefox"],
    ["Chrom", "Chrome"],
    ["Safari", "Safari"],
  ] as const;
  const systems = [
    ["Android", "Android"],
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Windows", "Windows"],
    ["Mac OS", "Mac"],
    ["CrOS", "Chromebook"],
    ["Linux", "Linux"],
  ] as const;
  const find = (table: readonly (readonly [string, string])[], other: string) =>
    table.find(([mark]) => agent.includes(mark))?.[1] ?? other;
  const say = words("reached");
  const browser = find(browsers, say.browser);
  return fill(say.browserOn, { browser, system: find(systems, say.thisDevice) });
}
