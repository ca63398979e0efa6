// Corrections the patient asked for that nobody answered yet, where the team looks anyway.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { ownApi } from "../../own-api";
import { WarningIcon } from "../../parts/icons";
import { changeInWords } from "../own/words";
import classes from "./patient.module.css";

export function Asked({ patient }: { patient: number }) {
  const asked = useQuery({
    queryKey: ["requests", patient],
    queryFn: () => ownApi.requests(patient),
    refetchInterval: 60_000,
  });
  const waiting = (asked.data?.amendments ?? []).filter((one) => one.verdict === null);
  if (waiting.length === 0) return null;
  return (
    <ul className={classes.opened} aria-label="Corrections asked for">
      {waiting.map((one) => (
        <li key={one.id}>
          <WarningIcon size={18} />
          <span>
            <b>{one.asked_by}</b> asks for a correction: {changeInWords(one)}.{" "}
            <Link href="/requests">Answer</Link>
          </span>
        </li>
      ))}
    </ul>
  );
}
