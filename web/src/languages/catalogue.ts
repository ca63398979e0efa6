// What all languages must have: the English words are the measure, and the type checker asks the
// others for every one of them. In four pieces, so that a page loads what it shows.

import type { Counted } from "./language";

/** The same words in another language: each text a text, each count a count. */
export type Same<Words> = {
  [Key in keyof Words]: Words[Key] extends string
    ? string
    : Words[Key] extends { one: string; other: string }
      ? Counted
      : Same<Words[Key]>;
};

export type First = Same<typeof import("./en/first")>;
export type Door = Same<typeof import("./en/door")>;
export type Further = Same<typeof import("./en/further")>;
export type Refusals = Same<typeof import("./en/refusals")>;

/**
 * `first`: the frame and today. `door`: before one is signed in. `further`: all other pages.
 * `refusals`: once something was refused.
 */
export type Pieces = { first: First; door: Door; further: Further; refusals: Refusals };
export type Piece = keyof Pieces;
export type Words = First & Door & Further & Refusals;
