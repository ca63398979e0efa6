import { beforeAll, expect, test } from "vitest";
import { Refused, said } from "./api";
import { speak } from "./languages/speaking";
import { type LivePatient, NOBODY, withReading } from "./live-patient";
import { followedOf, withOpened } from "./my-wards";
import { roleInWords } from "./screens/audit/looked";
import { actInWords, reasonInWords } from "./screens/audit/words";
import { nameOf } from "./screens/patient/entered-words";
import { seenOf } from "./screens/round/seen";
import { callsInWords } from "./screens/system/sentinel-words";
import { unitInWords } from "./units";

beforeAll(() => speak("en", "first", "door", "further"));

// What every object has of its prototype, and what would change it.
const INHERITED = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
const fresh = (): object => ({});

test.each(INHERITED)("%s in an answer is a word like any other", (key) => {
  expect(unitInWords(key)).toBe(key);
  expect(nameOf(key)).toBe(key);
  expect(roleInWords(key)).toBe(key);
  expect(reasonInWords(key)).toBe(key);
  expect(callsInWords([key])).toBe(`It calls by ${key}.`);
  const act = { action: key, subtype: "", kind: key, route: "" } as Parameters<
    typeof actInWords
  >[0];
  expect(actInWords(act)).toBe(`touched ${key}`);
  expect(seenOf({ vital: key, decimals: 0, stale_seconds: 60 }, [], NOBODY, 0)).toBeNull();
});

test.each(INHERITED)("a reading of %s is kept, and changes no other object", (key) => {
  const value = { value: 1, at: 1, received: 1 };
  const patient: LivePatient = withReading(NOBODY, key, value);
  expect(Object.entries(patient.vitals)).toEqual([[key, value]]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect((fresh() as { value?: number }).value).toBeUndefined();
});

test("what a browser kept under such names follows no ward, and changes nothing", () => {
  const kept = JSON.parse('{"__proto__": {"at": 1, "isFollowed": true, "polluted": true}}');
  const opened = withOpened(kept, 7, 10);
  expect(followedOf(opened, 10)).toContain(7);
  expect("polluted" in fresh()).toBe(false);
});

test("a refusal with such keys says what it says", async () => {
  const error = JSON.parse('{"error": "No.", "__proto__": {"wants": "code", "polluted": 1}}');
  const response = new Response(null, { status: 409 });
  const refused = await said(Promise.resolve({ error, response })).catch((one: Error) => one);
  expect(refused).toBeInstanceOf(Refused);
  expect((refused as Refused).message).toBe("No.");
  expect((refused as Refused).wants).toBeNull();
  expect("polluted" in fresh()).toBe(false);
});
