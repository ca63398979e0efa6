import { beforeAll, describe, expect, test } from "vitest";
import { speak } from "../../languages/speaking";
import { answerInWords, changeInWords, restOf } from "./words";

beforeAll(() => speak("en", "first", "door", "further"));

describe("what a patient asked for", () => {
  test("a change says what stood there, where something did", () => {
    expect(changeInWords({ before: "Anna", wanted: "Anne" })).toBe("Anna → Anne");
    expect(changeInWords({ before: "", wanted: "I never smoked" })).toBe("I never smoked");
  });
  test("an answer names who gave it, and why", () => {
    const waits = { verdict: null, decided_by: null, answer: "" };
    expect(answerInWords(waits)).toBe("Waits for an answer");
    const said = {
      verdict: "refused" as const,
      decided_by: "Nora",
      answer: "The register differs",
    };
    expect(answerInWords(said)).toBe("Refused by Nora: The register differs");
  });
  test("a record rests only while somebody said yes and nobody ended it", () => {
    expect(restOf({ verdict: null, ended: null })).toBe("waits");
    expect(restOf({ verdict: "accepted", ended: null })).toBe("rests");
    expect(restOf({ verdict: "refused", ended: null })).toBe("refused");
    expect(restOf({ verdict: "accepted", ended: 1 })).toBe("over");
  });
});
