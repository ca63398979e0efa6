// An act on an alarm: what the server says of it is shown at once, unless something newer is known.

import { live } from "./live";
import type { Alarm } from "./words";

/** Give it the request as it is sent. */
export async function taken(act: Promise<Alarm>): Promise<void> {
  const asked = performance.now();
  live.learn(await act, asked);
}
