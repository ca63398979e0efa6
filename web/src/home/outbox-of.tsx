// Keeps the outbox of who is signed in running, whichever of their pages is open. Draws nothing.

import { useEffect } from "react";
import { useMe } from "../session";
import { sending } from "./sending";

export default function OutboxOf() {
  const { patient_id } = useMe();
  useEffect(() => {
    sending.start(patient_id);
    return () => sending.start(null);
  }, [patient_id]);
  return null;
}
