// Beside the way to measure: how many still wait to be sent.

import { useOutbox } from "./sending";

export default function Waits() {
  const { length } = useOutbox().waiting;
  return length > 0 ? <b>{length} waiting to be sent</b> : null;
}
