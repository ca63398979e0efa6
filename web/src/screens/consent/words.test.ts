import { beforeAll, expect, test } from "vitest";
import type { Consent } from "../../consent-api";
import { speak } from "../../languages/speaking";
import { decidedInWords, standing, whileInWords, whomInWords } from "./words";

beforeAll(() => speak("en", "first", "door", "further"));

const DENY: Consent = {
  id: 1,
  patient_id: 4,
  purpose: "care",
  decision: "deny",
  person_id: null,
  person: null,
  ward_id: 2,
  ward: "Home care",
  parts: ["readings", "waves"],
  starts: 1_000,
  ends: null,
  withdrawn: null,
};

test("what was decided, about whom", () => {
  expect(whomInWords(DENY)).toBe("The team of Home care");
  expect(decidedInWords(DENY)).toBe("may not see measured values and waveforms");
  const permit = { ...DENY, decision: "permit", person: "Dan Doctor", parts: ["waves"] } as Consent;
  expect(`${whomInWords(permit)} ${decidedInWords(permit)}`).toBe("Dan Doctor may see waveforms");
  const research = { ...permit, purpose: "research", person: null, ward: null } as Consent;
  expect(whomInWords(research)).toBe("Research");
});

test("it holds from its start until its end, or until it is withdrawn", () => {
  expect(standing(DENY, 999)).toBe(false);
  expect(standing(DENY, 1_000)).toBe(true);
  expect(standing({ ...DENY, ends: 2_000 }, 2_000)).toBe(false);
  expect(standing({ ...DENY, withdrawn: 1_500 }, 1_600)).toBe(false);
  expect(whileInWords(DENY)).toMatch(/until I withdraw it$/);
  expect(whileInWords({ ...DENY, withdrawn: 1_500 })).toMatch(/withdrawn/);
});
