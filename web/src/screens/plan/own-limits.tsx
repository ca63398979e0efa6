// For carers: the limits that were set for this patient alone, and where to change them.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { limitsApi } from "../../limits-api";
import { Trouble } from "../../parts/states";
import classes from "../own/own.module.css";

export default function OwnLimits({ patient }: { patient: number }) {
  const limits = useQuery({
    queryKey: ["limits", "own", patient],
    queryFn: () => limitsApi.limits({ patient }),
  });
  // Where it cannot be asked nobody may think that there are none.
  if (limits.error && !limits.data)
    return <Trouble error={limits.error} again={() => void limits.refetch()} />;
  const own = limits.data?.rules.filter(({ scope }) => scope === "patient") ?? [];
  if (own.length === 0) return null;
  return (
    <section className={classes.card} aria-label="Personal limits">
      <h2>Personal limits</h2>
      <ul className={classes.list}>
        {own.map(({ rule, title, is_on, side, unit, now, by, reason }) => (
          <li key={rule}>
            <b>{title}</b>
            <span>
              {!is_on && "Off"}
              {is_on && now && `${side} ${now.limit} ${unit}`}
              {is_on && now?.extreme != null && `, at once ${side} ${now.extreme} ${unit}`}
            </span>
            <small>
              {by}: {reason}
            </small>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <Button component={Link} href={`/patients/${patient}/limits`} mih={44} variant="default">
          Change limits
        </Button>
      </div>
    </section>
  );
}
