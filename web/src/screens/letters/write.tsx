// Where something is written. It stays in the field until it is kept.

import { Button, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./letters.module.css";
import type { Words } from "./words";

export const CHARACTERS_MAX = 2_000;
const LEFT_SHOWN = 200;

type Props = {
  label: string;
  text: string;
  setText: (text: string) => void;
  send: () => void;
  isSending: boolean;
  trouble?: string | undefined;
  hint?: string;
  say: Words;
  children?: ReactNode;
};

export function Write({
  label,
  text,
  setText,
  send,
  isSending,
  trouble,
  hint,
  say,
  children,
}: Props) {
  const left = CHARACTERS_MAX - text.length;
  return (
    <form
      className={classes.write}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) send();
      }}
    >
      {children}
      <Textarea
        label={label}
        size="lg"
        autosize
        minRows={3}
        maxRows={12}
        maxLength={CHARACTERS_MAX}
        dir="auto"
        value={text}
        error={trouble}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.foot}>
        <p className={classes.quiet}>{left <= LEFT_SHOWN ? say.left(left) : hint}</p>
        <Button type="submit" size="lg" loading={isSending} disabled={!text.trim()}>
          {say.send}
        </Button>
      </div>
    </form>
  );
}
