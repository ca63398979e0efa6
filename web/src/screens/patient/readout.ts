// What a vital was at the cursor, or is now. Pure.

import { age, inWords, isStale } from "../../freshness";
import type { LiveValue } from "../../live-patient";
import { written } from "../../units";
import type { VitalInfo } from "../../words";
import { type Bucket, gapMs, nearest } from "./series";

/** Two dashes for what is not known, or too old to be shown. */
export const BLANK = "--";

export type Pointed = { text: string; below: string; isOld: boolean };

/** In the record at `cursor`, of buckets as wide as `bucketMs`. */
export function atCursor(
  buckets: readonly Bucket[],
  cursor: number,
  bucketMs: number,
  info: VitalInfo,
): Pointed {
  const bucket = nearest(buckets, cursor, gapMs(bucketMs, info.stale_seconds));
  if (!bucket) return { text: BLANK, below: "none here", isOld: true };
  const [low, high] = [written(bucket.low, info), written(bucket.high, info)];
  const below = low === high ? "" : `${low}–${high}`;
  return { text: written(bucket.mean, info), below, isOld: false };
}

/** As everywhere: by the older of the device's clock and ours, and what was entered as such. */
export function atPresent(value: LiveValue | undefined, now: number, info: VitalInfo): Pointed {
  if (!value) return { text: BLANK, below: "not measured", isOld: true };
  const old = age(value, now);
  const isOld = isStale(value, info, now);
  const ago = old < 3_000 ? "now" : `${inWords(old)} ago`;
  const below = value.byHand && !isOld ? `by hand, ${ago}` : ago;
  return { text: isOld ? BLANK : written(value.value, info), below, isOld };
}
