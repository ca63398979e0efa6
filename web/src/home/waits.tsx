// Beside the way to measure: how many still wait to be sent.

import { count } from "../languages/counting";
import { words } from "../languages/speaking";
import { useOutbox } from "./sending";

export default function Waits() {
  const { length } = useOutbox().waiting;
  return length > 0 ? <b>{count(words("today").waiting, length)}</b> : null;
}
