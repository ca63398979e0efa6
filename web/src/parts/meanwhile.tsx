// Somebody else was first: who did what, and looking again. What is typed stays as it is.

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Refused } from "../api";
import classes from "./meanwhile.module.css";

export const wasChanged = (error: unknown): boolean =>
  error instanceof Refused && error.code === "changed";

/** What holds since somebody else was first: null until it was looked at. */
export function useAgain<Held>(held: Held, look: () => Promise<Held | undefined>) {
  const [seen, setSeen] = useState(held);
  const [isNew, setIsNew] = useState(false);
  const again = async () => {
    const found = await look();
    if (found === undefined) return;
    setSeen(found);
    setIsNew(true);
  };
  return { seen, isNew, again };
}

type Props = { error: Error | null; again: () => Promise<void>; children?: ReactNode };

/** A refusal; where somebody was first, with the offer to look again. `children`: what holds now,
 * once that was done. */
export function Meanwhile({ error, again, children }: Props) {
  const [trouble, setTrouble] = useState<Error | null>(null);
  if (!error) return children ? <Now>{children}</Now> : null;
  const look = () => {
    setTrouble(null);
    again().catch((fault: unknown) => setTrouble(fault as Error));
  };
  return (
    <div role="alert" className={classes.first}>
      <p>{error.message}</p>
      {wasChanged(error) && (
        <>
          <p>Nothing is saved yet. What you entered stays here.</p>
          <Button variant="default" h={44} onClick={look}>
            Look again
          </Button>
          {trouble && <p>{trouble.message}</p>}
        </>
      )}
    </div>
  );
}

function Now({ children }: { children: ReactNode }) {
  return (
    <div role="status" className={classes.now}>
      {children}
    </div>
  );
}
