// Whoever opened this record in an emergency, for a day: the team sees it where it looks anyway.

import { useQuery } from "@tanstack/react-query";
import { access } from "../../access-api";
import { clockTime } from "../../freshness";
import { WarningIcon } from "../../parts/icons";
import classes from "./patient.module.css";

const SHOWN_MS = 24 * 3_600_000;

export function OpenedLately({ patient, now }: { patient: number; now: number }) {
  const opened = useQuery({
    queryKey: ["emergency", patient],
    queryFn: () => access.ofPatient(patient),
    refetchInterval: 60_000,
  });
  const lately = (opened.data ?? []).filter((one) => now - one.starts < SHOWN_MS);
  if (lately.length === 0) return null;
  return (
    <ul className={classes.opened} aria-label="Opened in an emergency">
      {lately.map((one) => (
        <li key={one.id}>
          <WarningIcon size={18} />
          <span>
            Opened in an emergency by <b>{one.person}</b>, {one.role}, {clockTime(one.starts, now)}{" "}
            to {clockTime(one.ends, now)}: {one.reason}
          </span>
        </li>
      ))}
    </ul>
  );
}
