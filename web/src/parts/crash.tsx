// A screen that throws says so: an empty page would look like a quiet ward.

import { Component, type ReactNode } from "react";
import { Trouble } from "./states";

const KEY = "homeward.loaded-anew";
const ONCE_IN_MS = 15_000;

/** Whether to load the page anew because a file of it is gone: the server was upgraded while it was
 * open. Only once in a while: a file may be missing for another reason, and a page that blinks for
 * ever shows nobody anything. */
export function loadsAnew(memory: Pick<Storage, "getItem" | "setItem">, now: number): boolean {
  const since = now - Number(memory.getItem(KEY) ?? Number.NEGATIVE_INFINITY);
  if (since >= 0 && since < ONCE_IN_MS) return false;
  memory.setItem(KEY, String(now));
  return true;
}

export class CrashNet extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <Trouble error={this.state.error} again={() => location.reload()} />;
  }
}
