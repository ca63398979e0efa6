// How far a test has come: each step is claimed only once it is proven.

import { words } from "../../languages/speaking";
import type { Delivery, Way } from "../../words";
import classes from "./reached.module.css";
import { stepsOf } from "./ways";

const SIGNS = { done: "✓", waiting: "…", failed: "▲", unknown: "?" };

export function Progress({ delivery, way }: { delivery: Delivery; way: Way }) {
  return (
    <ol className={classes.steps} role="status" aria-label={words("reached").howFar}>
      {stepsOf(delivery, way).map(({ label, state }) => (
        <li key={label} data-state={state}>
          <span aria-hidden="true">{SIGNS[state]}</span> {label}
        </li>
      ))}
    </ol>
  );
}
