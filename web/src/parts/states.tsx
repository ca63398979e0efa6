// The three things a screen shows when it has nothing to show: waiting, nothing, trouble. Its button
// is a plain one: it is there on the very first page, and Mantine's weighs as much as that page.

import { Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { Refused } from "../api";
import { bare } from "../languages/bare";
import { WarningIcon } from "./icons";
import classes from "./states.module.css";

export function Waiting({ what = bare().loading }: { what?: string }) {
  return (
    <div className={classes.state} role="status" aria-label={what}>
      <Loader />
      <p>{what}</p>
    </div>
  );
}

type EmptyProps = { title: string; icon?: ReactNode; children?: ReactNode };

export function Empty({ title, icon, children }: EmptyProps) {
  return (
    <div className={`${classes.state} ${classes.empty}`}>
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something went wrong: says so in the server's own words and offers to try again. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const words = error instanceof Refused ? error.message : bare().failed;
  return (
    <div role="alert">
      <Empty title={bare().cannot} icon={<WarningIcon size={34} />}>
        <p>{words}</p>
        {again && (
          <button type="button" className={classes.again} onClick={again}>
            {bare().again}
          </button>
        )}
      </Empty>
    </div>
  );
}
