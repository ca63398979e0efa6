// What the very first page needs of a button and a wheel that turns, and no more: Mantine's own bring
// nine kilobytes along, which a telephone on a poor line waits for.

import type { ComponentProps } from "react";
import classes from "./plain.module.css";

export function PlainButton(props: Omit<ComponentProps<"button">, "type" | "className">) {
  return <button type="button" className={classes.button} {...props} />;
}

export function Wheel() {
  return <span className={classes.wheel} data-turns aria-hidden />;
}
