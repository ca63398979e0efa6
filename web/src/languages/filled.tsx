// A sentence whose places hold more than text: a number in bold, a link, an age that goes on.

import { Fragment, type ReactNode } from "react";
import { PLACES } from "./language";

type Props = { text: string; values: Readonly<Record<string, ReactNode>> };

export function Filled({ text, values }: Props) {
  return text
    .split(PLACES)
    .map((piece, place) =>
      place % 2 === 0 ? (
        <Fragment key={`${place} ${piece}`}>{piece}</Fragment>
      ) : (
        <bdi key={`${place} ${piece}`}>{values[piece]}</bdi>
      ),
    );
}
