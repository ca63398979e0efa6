// Why somebody is called, in the words whoever is woken looks for first. Pure.

import { CLOCK } from "./freshness";
import type { Call } from "./words";

type Reason = Pick<Call, "via" | "target" | "until" | "because">;

const DAY_MS = 86_400_000;

/** Why they: `on the rota Nights until 07:00`. Empty where nothing was kept of it. */
export function viaInWords({ via, target, until }: Omit<Reason, "because">, now: number): string {
  switch (target) {
    case "rota":
      return `on the rota ${via}${until === null ? "" : ` until ${untilInWords(until, now)}`}`;
    case "person":
      return "named in the ward's chain";
    case "everybody":
      return "everybody on call is called";
    default:
      return via;
  }
}

/** Both reasons as sentences: `On the rota Nights. Called because Nora did not answer ...`. */
export function whyInWords(reason: Reason, now: number): string {
  const via = viaInWords(reason, now);
  const because = reason.because && `Called because ${reason.because}.`;
  return [via && `${via.charAt(0).toUpperCase()}${via.slice(1)}.`, because]
    .filter(Boolean)
    .join(" ");
}

const TIME = new Intl.DateTimeFormat("en-GB", CLOCK);
const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", { ...CLOCK, weekday: "short" });

function untilInWords(until: number, now: number): string {
  return (until - now < DAY_MS ? TIME : DAY_AND_TIME).format(until);
}
