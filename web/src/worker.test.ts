// The service worker in a pretend browser: every event it can get, and what it says of it.

import { beforeEach, expect, test, vi } from "vitest";
import SOURCE from "../public/worker.js?raw";

const TOLD = {
  title: "Homeward",
  text: "high alarm, Ward 3.",
  priority: "high",
  link: "https://another-name.test/m/abc123",
};

type Asked = { path: string; body: unknown };
let asked: Asked[];
let opened: string[];
let kept: Record<string, string>;
let answers: Record<string, unknown>;
let pages: { focus: () => Promise<void>; navigate: (path: string) => Promise<void> }[];
const show = vi.fn();

/** Run the worker's file; fire one of its events and wait for all it promised. */
async function fires(name: string, event: Record<string, unknown>): Promise<void> {
  const hears: Record<string, (event: unknown) => void> = {};
  const self = {
    location: { origin: "https://homeward.test" },
    addEventListener: (kind: string, hear: (event: unknown) => void) => {
      hears[kind] = hear;
    },
    registration: {
      showNotification: show,
      pushManager: { subscribe: async (options: unknown) => ({ endpoint: "new", options }) },
    },
    clients: {
      matchAll: async () => pages,
      openWindow: async (path: string) => opened.push(path),
    },
  };
  const caches = {
    open: async () => ({
      match: async (key: string) => (kept[key] ? new Response(kept[key]) : undefined),
      put: async (key: string, value: Response) => {
        kept[key] = await value.text();
      },
    }),
  };
  const fetch = async (path: string, { body }: { body: string }) => {
    asked.push({ path, body: JSON.parse(body) });
    const answer = answers[path];
    if (answer instanceof Error) throw answer;
    return { status: answer ?? 204 };
  };
  const soon = (done: () => void) => queueMicrotask(done);
  new Function("self", "caches", "fetch", "setTimeout", SOURCE)(self, caches, fetch, soon);
  let promised: Promise<unknown> = Promise.resolve();
  hears[name]?.({
    ...event,
    waitUntil: (work: Promise<unknown>) => {
      promised = work;
    },
  });
  await promised;
}

beforeEach(() => {
  asked = [];
  opened = [];
  kept = {};
  answers = {};
  pages = [];
  show.mockReset().mockResolvedValue(undefined);
});

test("a push is shown and then said to have arrived", async () => {
  await fires("push", { data: { json: () => TOLD } });
  expect(show).toHaveBeenCalledWith(
    "Homeward",
    expect.objectContaining({ body: TOLD.text, tag: "/m/abc123", requireInteraction: true }),
  );
  expect(asked).toEqual([
    { path: "/api/messages/abc123/receipt", body: { progress: "delivered" } },
  ]);
});

test("what could not be shown has not arrived", async () => {
  show.mockRejectedValue(new Error("not allowed"));
  await expect(fires("push", { data: { json: () => TOLD } })).rejects.toThrow();
  expect(asked).toEqual([]);
});

test("a push nobody can read still says that somebody must look", async () => {
  await fires("push", { data: null });
  expect(show.mock.calls[0]?.[1].body).toContain("Open Homeward");
  expect(asked).toEqual([]);
});

test("a receipt is tried again while the network is away, and not for ever", async () => {
  answers["/api/messages/abc123/receipt"] = new Error("no network");
  await fires("push", { data: { json: () => TOLD } });
  expect(asked).toHaveLength(3);
});

test("a click opens this site, whatever the link says, and is a receipt", async () => {
  await fires("notificationclick", { notification: { data: TOLD, close: () => undefined } });
  expect(opened).toEqual(["/m/abc123"]);
  expect(asked).toEqual([{ path: "/api/messages/abc123/receipt", body: { progress: "seen" } }]);
});

test("a page that is open already is brought forward", async () => {
  const navigate = vi.fn();
  pages = [{ focus: async () => undefined, navigate }];
  await fires("notificationclick", { notification: { data: TOLD, close: () => undefined } });
  expect(navigate).toHaveBeenCalledWith("/m/abc123");
  expect(opened).toEqual([]);
});

test("a browser that renewed its address says so", async () => {
  kept["/subscription"] = JSON.stringify({ endpoint: "old", key: "key" });
  await fires("pushsubscriptionchange", {});
  expect(asked[0]?.path).toBe("/api/push/moved");
  expect(asked[0]?.body).toMatchObject({ old_endpoint: "old" });
  expect(JSON.parse(kept["/subscription"] ?? "")).toEqual({ endpoint: "new", key: "key" });
});

test("the server's own answers, what is sent and other sites are left alone", async () => {
  const respondWith = vi.fn();
  for (const [method, mode, url] of [
    ["GET", "cors", "https://homeward.test/api/today"],
    ["GET", "navigate", "https://homeward.test/api/patients/1/export"],
    ["POST", "navigate", "https://homeward.test/"],
    ["GET", "cors", "https://elsewhere.test/assets/a.js"],
    ["GET", "cors", "https://homeward.test/scheme.js"],
  ])
    await fires("fetch", { request: { method, mode, url }, respondWith });
  expect(respondWith).not.toHaveBeenCalled();
});
