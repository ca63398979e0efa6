import { describe, expect, it } from "vitest";
import { viaInWords, whyInWords } from "./why";

const NOW = new Date(2026, 2, 1, 2, 0).getTime();
const SEVEN = new Date(2026, 2, 1, 7, 0).getTime();
const DAY = 86_400_000;
const nights = { via: "Nights", target: "rota", until: SEVEN, because: "" } as const;

describe("why somebody is called", () => {
  it("names the rota, and until when they are on it", () => {
    expect(viaInWords(nights, NOW)).toBe("on the rota Nights until 07:00");
    expect(viaInWords({ ...nights, until: null }, NOW)).toBe("on the rota Nights");
    expect(viaInWords({ ...nights, until: SEVEN + DAY }, NOW)).toContain("Mon");
  });

  it("says what came of those before", () => {
    const because = "Nora did not answer within 2 min";
    expect(whyInWords({ ...nights, because }, NOW)).toBe(
      "On the rota Nights until 07:00. Called because Nora did not answer within 2 min.",
    );
    expect(whyInWords({ ...nights, via: "Dan", target: "person", because }, NOW)).toBe(
      "Named in the ward's chain. Called because Nora did not answer within 2 min.",
    );
  });

  it("says nothing of what was not kept", () => {
    expect(whyInWords({ via: "", target: "", until: null, because: "" }, NOW)).toBe("");
  });
});
