import { expect, test, vi } from "vitest";
import { ownScript, plainText } from "./trusted";

test("style passes, markup does not", () => {
  expect(plainText(":root{--a:#fff}@media (min-width:10em){b>i{color:red}}")).toContain("red");
  expect(plainText("<img src=x onerror=alert(1)>")).toBeNull();
});

vi.stubGlobal("location", { href: "https://ward.test/", origin: "https://ward.test" });

test("our own built scripts pass, nobody else's", () => {
  for (const ours of ["/worker.js", "/assets/waves.worker-Ab_c-1.js"]) {
    expect(ownScript(ours)).toBe(ours);
  }
  for (const other of [
    "https://evil.example/assets/a.js",
    "//evil.example/worker.js",
    "/api/patients",
    "/assets/../api/x.js",
    "data:text/javascript,alert(1)",
    "blob:https://evil.example/1",
  ]) {
    expect(ownScript(other)).toBeNull();
  }
});
