// After sending: what to do now comes first, whatever the network does.

import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Flag } from "../../questions-api";
import classes from "./questions.module.css";
import type { Words } from "./words";

/** Where the answers are: with the server, on this disk, or refused in the server's words. */
export type Way = "sent" | "waits" | "sending" | { refused: string };
type Props = {
  flags: readonly Flag[];
  way: Way;
  /** Their team knows of all these signs already, wherever the answers are. */
  isKnown: boolean;
  telephone: string;
  say: Words;
  onAll: () => void;
};

export function Done({ flags, way, isKnown, telephone, say, onAll }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [worst] = flags;
  useEffect(() => {
    if (!worst) heading.current?.focus();
  }, [worst]);
  return (
    <>
      {worst && <ToDo isFirst way={isKnown ? "sent" : way} {...{ worst, telephone, say }} />}
      <section className={classes.card} aria-labelledby="thanks">
        <h2 ref={heading} tabIndex={-1} className={classes.heading} id="thanks">
          {say.thanks}
        </h2>
        <p role="status">{wordsOf(way, say)}</p>
        <Button mih={56} size="lg" variant="default" onClick={onAll}>
          {say.all}
        </Button>
      </section>
    </>
  );
}

function wordsOf(way: Way, say: Words): string {
  if (typeof way === "object") return `${say.refused} ${way.refused}`;
  return { sent: say.sent, waits: say.waits, sending: say.sending }[way];
}

type ToDoProps = {
  worst: Flag;
  way: Way;
  telephone: string;
  say: Words;
  /** The page begins with it. */
  isFirst?: boolean;
  /** Before the answers are sent. */
  isBegun?: boolean;
};

export function ToDo(props: ToDoProps) {
  const { worst, way, telephone, say, isFirst = false, isBegun = false } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFirst) heading.current?.focus();
  }, [isFirst]);
  const words = { now: say.now, "self-harm": say.harm, call: say.call }[worst];
  return (
    <section className={classes.act} role="alert" aria-labelledby="to-do">
      <h2 ref={heading} tabIndex={-1} className={classes.heading} id="to-do">
        {say.flagged}
      </h2>
      <p>
        <b>{words}</b>
      </p>
      {telephone && (
        <a className={classes.telephone} href={`tel:${telephone.replace(/[^\d+]/g, "")}`}>
          {say.number(telephone)}
        </a>
      )}
      {way !== "sending" && <p>{way === "sent" ? say.told : say.notTold}</p>}
      {way === "sending" && isBegun && <p>{say.telling}</p>}
    </section>
  );
}
