// Where a value comes from, in its owner's words.

import { cloudName } from "../../clouds";
import type { Origin } from "../../from-api";
import { fill, words } from "../../languages/speaking";

/** A name stays on its line: amid Arabic one that is broken cannot be read. */
const whole = (name: string) => name.replaceAll("-", "\u2011");

/** "From your meter (accu-chek)", "Entered by you", "From Withings". */
export function originInWords(origin: Origin): string {
  const { way, through } = origin;
  const name = whole(origin.name);
  const say = words("from");
  const by = cloudName(through) ?? through;
  switch (way) {
    case "you":
      return say.you;
    case "team":
      return say.team;
    case "meter":
      return fill(say.meter, { name });
    case "cloud":
      return fill(say.through, { through: by });
    case "file":
      return fill(say.file, { through: by, name });
    case "device":
      return name ? fill(say.device, { name }) : say.unnamed;
  }
}
