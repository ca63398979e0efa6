// One number of one vital: its value, its unit, its age; two dashes once it is too old to trust.

import { age, inWords, isStale } from "../../freshness";
import type { LiveValue } from "../../live";
import { unitInWords, written } from "../../units";
import type { VitalInfo } from "../../words";
import classes from "./live-number.module.css";

type Props = {
  label: string;
  colour: string;
  size: "big" | "small" | "huge";
  now: number;
  /** One value, or two for a pressure: all must be fresh to be shown. */
  values: readonly (LiveValue | undefined)[];
  infos: readonly (VitalInfo | undefined)[];
};

export const BLANK = "--";

export function LiveNumber({ label, colour, size, now, values, infos }: Props) {
  const info = infos[0];
  const first = values[0];
  const isFresh =
    first !== undefined &&
    values.every((value, place) => {
      const known = infos[place];
      return value !== undefined && known !== undefined && !isStale(value, known, now);
    });
  const text = isFresh
    ? values.map((value, place) => written(value?.value ?? 0, infos[place] ?? { decimals: 0 }))
    : [BLANK];
  const unit = info ? unitInWords(info.unit) : "";
  const since = first ? inWords(age(first, now)) : null;
  return (
    <div
      className={classes.number}
      data-size={size}
      data-vital={info?.vital}
      data-stale={!isFresh}
      style={{ color: isFresh ? `var(--hw-${colour})` : "var(--hw-quiet)" }}
    >
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>{text.join("/")}</span>
      <span className={classes.below}>
        {isFresh && <span>{unit}</span>}
        <span className={classes.age}>{ageInWords(isFresh, since)}</span>
      </span>
    </div>
  );
}

function ageInWords(isFresh: boolean, since: string | null): string {
  if (since === null) return "no value";
  if (isFresh) return since;
  return `last ${since} ago`;
}
