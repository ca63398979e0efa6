// Which languages the patient's pages speak, and which of them a reader wants. Pure.

export const LANGUAGES = ["en", "de", "es", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words: whoever reads none of the others finds theirs. */
export const OWN_NAMES: Record<Language, string> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  ar: "العربية",
};

export const directionOf = (language: Language) => (language === "ar" ? "rtl" : "ltr");

/** The first of the reader's languages that is spoken here; English where none is. */
export function spoken(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const found = LANGUAGES.find((language) => each.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}

/**
 * How numbers and days are written: as in the reader's own country where the browser names it.
 * In Arabic with the digits that meters show, and by the calendar that records are kept in.
 */
export function localeOf(language: Language, wanted: readonly string[]): string {
  if (language === "ar") return "ar-u-ca-gregory-nu-latn";
  return wanted.find((each) => each.toLowerCase().split("-")[0] === language) ?? language;
}

export type Value = string | number;

// Unicode's isolates (UAX #9): what stands between them keeps its own direction, so that neither a
// name nor "90 mg/dL" is torn apart amid Arabic.
const [ISOLATED, ENDED] = ["\u2068", "\u2069"];

export const isolated = (value: Value, language: Language): string =>
  language === "ar" ? `${ISOLATED}${value}${ENDED}` : String(value);

export const PLACES = /\{(\w+)\}/g;

/** "Hello {name}" with its places filled. */
export function filled(
  text: string,
  values: Readonly<Record<string, Value>>,
  language: Language,
): string {
  return text.replace(PLACES, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? place : isolated(value, language);
  });
}

/** A sentence for each way in which a language counts (CLDR's plural categories). */
export type Counted = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
