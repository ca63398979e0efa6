// Why a carer chooses for a patient: it goes on record, and the patient reads it.

import { TextInput } from "@mantine/core";

export function Why({ why, setWhy }: { why: string; setWhy: (why: string) => void }) {
  return (
    <TextInput
      label="Why you choose this for the patient"
      description="Goes on record, and the patient can read it."
      placeholder="Asked me to at the visit"
      required
      maxLength={300}
      size="md"
      value={why}
      onChange={(event) => setWhy(event.currentTarget.value)}
    />
  );
}
