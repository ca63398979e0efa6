import { expect, test } from "vitest";
import { Refused } from "./api";
import { standing } from "./standing";

test.each([
  ["an answer", { data: "new", error: null }, "new"],
  ["a question that is under way", { data: undefined, error: null }, "old"],
  ["a server that is away", { data: undefined, error: new Refused(0, "away") }, "old"],
  ["one that is away, beside an answer", { data: "new", error: new Refused(502, "") }, "new"],
  ["a refusal", { data: undefined, error: new Refused(403, "not yours") }, undefined],
  ["a refusal, beside an answer", { data: "new", error: new Refused(403, "not yours") }, undefined],
  ["a fault of our own", { data: undefined, error: new TypeError("no") }, undefined],
])("after %s", (_, asked, shown) => {
  expect(standing(asked as { data: string | undefined; error: unknown }, "old")).toBe(shown);
});
