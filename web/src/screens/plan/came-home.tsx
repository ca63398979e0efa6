// Who came home from a ward: which limits they had there, each to be set anew by a person or left.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { clockTime } from "../../freshness";
import { limitsApi } from "../../limits-api";
import { useNow } from "../../live";
import { type Carried, planApi } from "../../plan-api";
import classes from "../own/own.module.css";

export default function CameHome({ patient }: { patient: number }) {
  const home = useQuery({
    queryKey: ["came-home", patient],
    queryFn: () => planApi.cameHome(patient),
  });
  const now = useNow();
  if (!home.data) return null;
  const { ward, at, settings } = home.data;
  return (
    <section className={classes.card} aria-label="Came home">
      <h2>
        At home from {ward} since {clockTime(at, now)}
      </h2>
      {settings.length === 0 ? (
        <p>No limits of the ward wait to be looked at.</p>
      ) : (
        <>
          <p>
            These limits ended with the stay. <b>None holds at home</b> until somebody sets it.
          </p>
          <ul className={classes.list}>
            {settings.map((carried) => (
              <One key={carried.rule} patient={patient} carried={carried} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function One({ patient, carried }: { patient: number; carried: Carried }) {
  const cache = useQueryClient();
  const [trouble, setTrouble] = useState("");
  const { rule, title, unit, side, limit, extreme, reason } = carried;
  const mustSay = trouble.startsWith("Confirm this: ");
  const set = async () => {
    setTrouble("");
    try {
      const { title: _, unit: __, side: ___, choice, ...setting } = carried;
      const body = { ...setting, choice: choice as "limit", is_said: mustSay };
      await limitsApi.setLimits({ patient }, body);
      await cache.invalidateQueries({ queryKey: ["came-home", patient] });
      await cache.invalidateQueries({ queryKey: ["limits", "own", patient] });
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "This failed. Try again.");
    }
  };
  return (
    <li key={rule}>
      <b>{title}</b>
      {limit !== null && (
        <span>
          {side} {limit} {unit}
          {extreme !== null && `, at once ${side} ${extreme}`}
        </span>
      )}
      <small>{reason}</small>
      {trouble && <p role="alert">{trouble}</p>}
      <div className={classes.acts}>
        <Button mih={44} variant="default" onClick={() => void set()}>
          {mustSay ? "I have read this: set it" : "Set it at home"}
        </Button>
      </div>
    </li>
  );
}
