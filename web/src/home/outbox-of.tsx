// Keeps the outbox of who is signed in running, whichever of their pages is open, and the page that
// opens without a network. Draws nothing.

import { useEffect } from "react";
import { useConnections } from "../live";
import { useMe } from "../session";
import { sending } from "./sending";
import { keepFor, keepOnly } from "./shell";

export default function OutboxOf() {
  const { patient_id, person, choices } = useMe();
  const { glucose_unit, is_unit_chosen } = choices;
  const connections = useConnections();
  useEffect(() => {
    sending.start(patient_id);
    return () => sending.start(null);
  }, [patient_id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection: the way is there again
  useEffect(() => sending.send(), [connections]);
  useEffect(() => {
    if (patient_id === null) return;
    const units = { glucose_unit, is_unit_chosen };
    const mine = { patient: patient_id, name: person.name, units };
    keepOnly(patient_id)
      .then(() => keepFor(mine))
      .catch(() => undefined); // no room, or a file away: at the next opening again
  }, [patient_id, person.name, glucose_unit, is_unit_chosen]);
  return null;
}
