// The plain words of plans.

import { among, words } from "../../languages/speaking";

/** What a plan is for; a condition nobody translated is shown as it is written. */
export function nameOf(condition: string): string {
  const said = among(words("plan").names, condition);
  return said.charAt(0).toUpperCase() + said.slice(1).replaceAll("_", " ");
}
