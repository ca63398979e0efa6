// Corrections the patient asked for, where the team looks anyway: those nobody answered yet, and
// those that were refused, which stay beside the record (45 CFR 164.526(d)(5)).

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type Amendment, ownApi } from "../../own-api";
import { WarningIcon } from "../../parts/icons";
import { answerInWords, changeInWords } from "../own/words";
import classes from "./patient.module.css";

export function Asked({ patient }: { patient: number }) {
  const asked = useQuery({
    queryKey: ["requests", patient],
    queryFn: () => ownApi.requests(patient),
    refetchInterval: 60_000,
  });
  const open = (asked.data?.amendments ?? []).filter((one) => one.verdict !== "accepted");
  if (open.length === 0) return null;
  return (
    <ul className={classes.opened} aria-label="Corrections asked for">
      {open.map((one) => (
        <li key={one.id}>
          <WarningIcon size={18} />
          <Line one={one} />
        </li>
      ))}
    </ul>
  );
}

function Line({ one }: { one: Amendment }) {
  const isWaiting = one.verdict === null;
  return (
    <span>
      <b>{one.asked_by}</b> {isWaiting ? "asks" : "asked"} for a correction: {changeInWords(one)}.{" "}
      {isWaiting ? <Link href="/requests">Answer</Link> : `${answerInWords(one)}.`}
    </span>
  );
}
