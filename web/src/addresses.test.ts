import { beforeAll, expect, test, vi } from "vitest";

const asked: string[] = [];

/** A request that notes where it goes; one of Node's own takes no address without a host. */
class Noted {
  headers = new Headers();
  signal = new AbortController().signal;
  constructor(readonly url: string) {
    asked.push(url);
  }
}

beforeAll(() => {
  vi.stubGlobal("Request", Noted);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}")));
});

test.each([
  ["../wards/1", "..%2Fwards%2F1"],
  ["a?b=c#d", "a%3Fb%3Dc%23d"],
  ["javascript:alert(1)", "javascript%3Aalert(1)"],
  ["ä b", "%C3%A4%20b"],
])("%s in an address is one part of its path", async (word, part) => {
  const { accountApi } = await import("./account-api");
  await accountApi.removePasskey(word).catch(() => undefined);
  const url = asked.at(-1) ?? "";
  expect(url).toBe(`/api/account/passkeys/${part}`);
  expect(new URL(url, "https://ward.test").pathname).toBe(url);
});
