// An act on an alarm: what the server says of it is shown at once.

import { live } from "./live";
import type { Alarm } from "./words";

/** Give it the request as it is sent. */
export async function taken(act: Promise<Alarm>): Promise<void> {
  live.learn(await act);
}
