import { beforeEach, describe, expect, it } from "vitest";
import { clockTime, count } from "./counting";
import { filled, isolated, localeOf, spoken } from "./language";
import { fill, listed, secondsAgo, speak, words, written } from "./speaking";

beforeEach(() => speak("en", "first", "door", "further"));

describe("the language", () => {
  it("is the first of the reader's that is spoken here", () => {
    expect(spoken(["fr-FR", "es-MX", "de"])).toBe("es");
    expect(spoken(["AR-EG"])).toBe("ar");
    expect(spoken(["fr"])).toBe("en");
    expect(spoken([])).toBe("en");
  });

  it("writes as in the reader's country, and in Arabic with the digits that meters show", () => {
    expect(localeOf("es", ["fr", "es-MX"])).toBe("es-MX");
    expect(localeOf("de", [])).toBe("de");
    expect(new Intl.NumberFormat(localeOf("ar", ["ar-EG"])).format(1234.5)).toMatch(/^[\d.,]+$/);
  });

  it("changes all that is said at once", async () => {
    expect(words("today").title).toBe("Today");
    await speak("de");
    expect(words("today").title).toBe("Heute");
    expect(words("measure").send).toBe("Senden");
    await speak("ar");
    expect(words("today").title).toBe("اليوم");
  });
});

describe("a sentence", () => {
  it("has its places filled, and keeps what nobody filled in sight", () => {
    expect(filled("{a} to {b}", { a: 1 }, "en")).toBe("1 to {b}");
    expect(fill(words("today").hello, { name: "Cleo" })).toBe("Hello Cleo");
  });

  it("keeps a name and a number with its unit whole amid Arabic", () => {
    expect(isolated("90 mg/dL", "ar")).toBe("\u206890 mg/dL\u2069");
    expect(isolated("90 mg/dL", "en")).toBe("90 mg/dL");
  });

  it("takes a name for a name, whatever it holds", () => {
    expect(filled("{name} saw it", { name: "{at} $& $1" }, "en")).toBe("{at} $& $1 saw it");
    expect(filled("{toString}", {}, "en")).toBe("{toString}");
  });
});

describe("counting, numbers and days", () => {
  it("counts as each language counts", async () => {
    const plain = (text: string) => text.replace(/[\u2068\u2069]/g, "");
    expect(count(words("measure").came, 1)).toBe("1 new from the meter.");
    await speak("de");
    expect(count(words("account").left, 1)).toBe("1 Wiederherstellungscode ist übrig.");
    expect(count(words("account").left, 3)).toBe("3 Wiederherstellungscodes sind übrig.");
    await speak("ar");
    const left = (number: number) => plain(count(words("account").left, number));
    expect([0, 1, 2, 3, 11].map(left)).toEqual([
      "لم يبق أي رمز استرداد.",
      "بقي رمز استرداد واحد.",
      "بقي رمزا استرداد.",
      "بقيت 3 رموز استرداد.",
      "بقي 11 رمز استرداد.",
    ]);
  });

  it("writes numbers, ages and lists as the reader does", async () => {
    await speak("de");
    expect(written(6.5, 1)).toBe("6,5");
    expect(secondsAgo(4 * 60_000)).toBe("vor 4 Minuten");
    expect(listed(["Puls", "Gewicht"])).toBe("Puls und Gewicht");
    await speak("ar");
    expect(secondsAgo(4 * 60_000)).toContain("4");
    expect(written(6.5, 1)).toMatch(/^6[.,٫]5$/);
  });

  it("tells the time by 24 hours in every language", async () => {
    const at = new Date(2026, 0, 31, 19, 5).getTime();
    for (const language of ["en", "de", "es", "ar"] as const) {
      await speak(language);
      expect(clockTime(at, at)).toBe("19:05");
      expect(clockTime(at, at + 86_400_000)).toMatch(/31.*19:05/);
    }
  });
});
