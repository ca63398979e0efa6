// One number of one vital: its value, its unit, its age; two dashes once it is too old to trust.
// Colour means live: what was entered by hand has none, and says how old it is.

import { age, ageInWords, inWords, isStale } from "../../freshness";
import { type LiveValue, useTimed } from "../../live";
import { unitInWords, written } from "../../units";
import type { VitalInfo } from "../../words";
import classes from "./live-number.module.css";

type Props = {
  label: string;
  colour: string;
  /** The dense ones say how old a value is only where it is too old. */
  size: "big" | "small" | "huge" | "dense" | "dense-big";
  /** One value, or two for a pressure: all must be fresh to be shown. */
  values: readonly (LiveValue | undefined)[];
  infos: readonly (VitalInfo | undefined)[];
};

export const BLANK = "--";

export function LiveNumber({ label, colour, size, values, infos }: Props) {
  const info = infos[0];
  const first = values[0];
  const isFresh = useTimed(
    (now) =>
      first !== undefined &&
      values.every((value, place) => {
        const known = infos[place];
        return value !== undefined && known !== undefined && !isStale(value, known, now);
      }),
  );
  const text = isFresh
    ? values.map((value, place) => written(value?.value ?? 0, infos[place] ?? { decimals: 0 }))
    : [BLANK];
  const unit = info ? unitInWords(info.unit) : "";
  const entered = values.find((value) => value?.byHand);
  const since = useTimed((now) => sinceInWords(isFresh, entered ?? first, now));
  const byHand = isFresh && entered !== undefined;
  const colourNow = byHand ? "text" : colour;
  return (
    <div
      className={classes.number}
      data-size={size}
      data-vital={info?.vital}
      data-stale={!isFresh}
      data-by-hand={byHand || undefined}
      style={{ color: isFresh ? `var(--hw-${colourNow})` : "var(--hw-quiet)" }}
    >
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>{text.join("/")}</span>
      <span className={classes.below}>
        {isFresh && !byHand && <span>{unit}</span>}
        <span className={classes.age} title={byHand ? `entered by hand, ${unit}` : undefined}>
          {since}
        </span>
      </span>
    </div>
  );
}

function sinceInWords(isFresh: boolean, value: LiveValue | undefined, now: number): string {
  if (value === undefined) return "no value";
  if (isFresh) return ageInWords(value, now);
  return `last ${inWords(age(value, now))} ago`;
}
