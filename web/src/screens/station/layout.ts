// How many beds a central station shows at once, and in how many columns. Pure.

export const SIZES = [8, 16, 32] as const;
export type Size = (typeof SIZES)[number];
/** "fit": as many of the ward as can be read on this screen. */
export type Wanted = "fit" | Size;

/** Narrower, and no second of a trace is left beside the numbers (CSS pixels). */
const WIDE_MIN = 400;
/** Below this a bed's numbers do not stand below each other ... */
const TALL_MIN = 102;
/** ... and from here on its traces have room for what they show. */
const TALL_GOOD = 138;
const GAP = 8;
const HEAD_TALL = 30;
const LANE_TALL = 19;
export const LANES_MAX = 4;

export type Layout = {
  /** Beds on one page. */
  beds: number;
  columns: number;
  rows: number;
  /** Height of a bed, and the traces it has room for. */
  tall: number;
  lanes: number;
};

/** Beds of a page in columns: the fewest with good height, for a long trace says most. */
function placed(beds: number, wide: number, tall: number): Layout {
  const most = Math.max(1, Math.floor((wide + GAP) / (WIDE_MIN + GAP)));
  const columns = Array.from({ length: most }, (_, place) => place + 1);
  const tallOf = (count: number) => {
    const rows = Math.ceil(beds / count);
    return Math.floor((tall - (rows - 1) * GAP) / rows);
  };
  const count = columns.find((one) => tallOf(one) >= TALL_GOOD) ?? most;
  const each = Math.max(TALL_MIN, tallOf(count));
  const lanes = Math.floor((each - HEAD_TALL) / LANE_TALL);
  return {
    beds,
    columns: count,
    rows: Math.ceil(beds / count),
    tall: each,
    lanes: Math.max(1, Math.min(LANES_MAX, lanes)),
  };
}

const fits = ({ rows, tall }: Layout, room: number): boolean =>
  rows * tall + (rows - 1) * GAP <= room;

/** A page of a ward with `beds` taken beds, on `wide` x `tall` CSS pixels. */
export function layoutOf(beds: number, wide: number, tall: number, wanted: Wanted): Layout {
  const count = Math.max(1, beds);
  if (wanted !== "fit") return placed(Math.min(count, wanted), wide, tall);
  const pages = [...SIZES].reverse().map((size) => placed(Math.min(count, size), wide, tall));
  return pages.find((page) => fits(page, tall)) ?? placed(Math.min(count, SIZES[0]), wide, tall);
}

/** The beds of one page of several; the last may hold fewer. */
export function pageOf<Bed>(beds: readonly Bed[], size: number, page: number) {
  const pages = Math.max(1, Math.ceil(beds.length / size));
  const here = Math.min(Math.max(0, page), pages - 1);
  const first = here * size;
  return { beds: beds.slice(first, first + size), page: here, pages, first };
}
