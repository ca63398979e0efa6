// At which values somebody's team is told, for the patient in plain words.

import { useQuery } from "@tanstack/react-query";
import { directionOf } from "../../languages/language";
import { fill, languageNow, listed, words, written } from "../../languages/speaking";
import { Trouble } from "../../parts/states";
import { planApi, type ToldAt } from "../../plan-api";
import classes from "../own/own.module.css";

type Props = { patient: number; measured: readonly string[] };

export default function ToldAtMine({ patient, measured }: Props) {
  const told = useQuery({
    queryKey: ["told-at", patient],
    queryFn: () => planApi.toldAt(patient),
  });
  if (told.error && !told.data)
    return <Trouble error={told.error} again={() => void told.refetch()} />;
  const mine = told.data?.filter((each) => each.is_own || measured.includes(each.vital)) ?? [];
  if (mine.length === 0) return null;
  const say = words("plan");
  return (
    <section className={classes.card} aria-label={say.toldAt}>
      <h2>{say.toldAt}</h2>
      <p>{say.toldHow}</p>
      <ul className={classes.list}>
        {mine.map((each) => (
          <li key={`${each.vital} ${each.side} ${each.limit}`}>
            <b>{each.label}</b>
            <span>
              {listed([bound(each, each.limit), ...(each.has_to_last ? [say.lasts] : [])], "unit")}
            </span>
            {each.extreme !== null && (
              <span>{fill(say.atOnce, { bound: bound(each, each.extreme) })}</span>
            )}
            {each.is_own && <small>{say.forYou}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function bound({ side, unit, decimals }: ToldAt, value: number): string {
  const say = words("plan");
  const number = `${written(value, Math.max(decimals, 1))} ${unit}`;
  // Amid Arabic a number and its unit are read from left to right (UAX #9, 2.5).
  const inOrder = directionOf(languageNow()) === "rtl" ? `\u2066${number}\u2069` : number;
  return fill(side === "below" ? say.below : say.above, { value: inOrder });
}
