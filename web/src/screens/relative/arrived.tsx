// An alert that comes while a relative's pages stand open is laid over whichever of them is open, as
// on the patient's (screens/me/arrived.tsx): in sight, and nothing moves from under a finger. Once
// they say that they have seen it, or put it away, it stands on the page as those of before.

import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { bare } from "../../languages/bare";
import own from "../../relative.module.css";
import type { ToldPage, ToldRelative } from "../../words";
import sheet from "../me/arrived.module.css";
import { Open } from "./alert";

/** A press that was on its way to something else is no receipt, and calls nobody. */
const UNREAD_MS = 800;

/** What became more urgent comes anew. */
const keyOf = ({ call_id, priority }: ToldRelative): string => `${call_id} ${priority}`;

/** What came since the pages were opened, and was not put away; `put` does. */
export function useArrived(told: readonly ToldRelative[] | undefined) {
  const [read, setRead] = useState<ReadonlySet<string>>();
  // What was there before stands on the page that lists it; on any other it is laid over that.
  if (told && !read) setRead(new Set(location.pathname === "/" ? told.map(keyOf) : []));
  const arrived = told?.filter((one) => !one.is_over && read && !read.has(keyOf(one))) ?? [];
  const put = (some: readonly ToldRelative[]) => {
    setRead((before) => new Set([...(before ?? []), ...some.map(keyOf)]));
    window.scrollTo({ top: 0 });
  };
  return { arrived, put };
}

type Props = {
  page: ToldPage;
  told: readonly ToldRelative[];
  isLost: boolean;
  put: (some: readonly ToldRelative[]) => void;
};

export function Sheet({ page, told, isLost, put }: Props) {
  const which = told.map(keyOf).join();
  const came = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each that comes
  useLayoutEffect(() => {
    came.current = performance.now();
  }, [which]);
  const isFresh = () => performance.now() - came.current < UNREAD_MS;
  // Whoever goes by keyboard must not be led to what lies under it.
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => key === "Escape" && !isFresh() && put(told);
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  });
  return (
    <aside
      className={sheet.sheet}
      data-at-home
      data-arrived
      onClickCapture={(press) => {
        if (!isFresh()) return;
        press.preventDefault();
        press.stopPropagation();
      }}
    >
      <div className={sheet.head}>
        <Button size="md" mih={48} variant="default" onClick={() => put(told)}>
          {bare().close}
        </Button>
      </div>
      <div className={own.list}>
        {told.map((one) => (
          <Open
            key={one.call_id}
            told={one}
            page={page}
            isLost={isLost}
            onSeen={() => put([one])}
          />
        ))}
      </div>
    </aside>
  );
}
