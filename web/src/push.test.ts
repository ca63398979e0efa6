import { beforeAll, expect, test } from "vitest";
import { speak } from "./languages/speaking";
import { browserName, bytesOf } from "./push";

beforeAll(() => speak("en", "first", "door", "further"));

test.each([
  ["Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari on iPhone"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on Linux"],
  ["something else", "Browser on this device"],
])("a browser is named as its person would", (agent, name) => {
  expect(browserName(agent)).toBe(name);
});

test("a key in base64url is what it was in bytes", () => {
  expect([...bytesOf("BP-_AA")]).toEqual([4, 255, 191, 0]);
});
