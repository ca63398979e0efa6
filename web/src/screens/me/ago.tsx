// How long ago it was, in the words people use; it goes on by itself.

import { useTimed } from "../../live";
import { agoInWords } from "./verdict";

/** `at` in ms since 1970 UTC. */
export function Ago({ at }: { at: number }) {
  return useTimed((now) => agoInWords(at, now));
}
