// Today's values in words. An old one is said to be old: it is no news about now.

import { DECIMALS, type GlucoseUnit, glucoseIn, MG_DL_OF_MMOL_L } from "../../glucose-unit";
import { Filled } from "../../languages/filled";
import { words, written } from "../../languages/speaking";
import { useMe } from "../../session";
import { unitInWords } from "../../unit-words";
import type { TodayVital } from "../../words";
import { Ago } from "./ago";
import classes from "./today.module.css";

export function Values({ vitals }: { vitals: TodayVital[] }) {
  if (vitals.length === 0) return null;
  return (
    <section className={classes.values} aria-label={words("today").values}>
      {vitals.map((vital) => (
        <Value key={vital.vital} vital={vital} />
      ))}
    </section>
  );
}

/** A value as its reader wants it: glucose in their unit, whichever the server told it in. */
function inOwnUnit(told: TodayVital, wanted: GlucoseUnit): [string, string] {
  const { vital, value, unit, beside } = told;
  const lower = beside == null ? "" : `/${written(beside, 1)}`;
  if (vital !== "glucose") return [written(value, 1) + lower, unitInWords(unit)];
  const milligrams = unit === "mmol/L" ? value * MG_DL_OF_MMOL_L : value;
  return [written(glucoseIn(wanted, milligrams), DECIMALS[wanted], DECIMALS[wanted]), wanted];
}

function Value({ vital }: { vital: TodayVital }) {
  const [value, unit] = inOwnUnit(vital, useMe().choices.glucose_unit);
  const say = words("today");
  const isOld = vital.tone === "old";
  const number = (
    <bdi dir="ltr">
      {value} <small>{unit}</small>
    </bdi>
  );
  return (
    <article className={classes.value} data-tone={vital.tone} data-vital={vital.vital}>
      <h2>{vital.label}</h2>
      {isOld ? (
        <>
          <p className={classes.words}>{say.oldValue}</p>
          <p className={classes.ago}>
            <Filled text={say.lastOne} values={{ value: number, ago: <Ago at={vital.at} /> }} />
          </p>
        </>
      ) : (
        <>
          <p className={classes.number}>{number}</p>
          <p className={classes.words} dir="auto">
            {vital.words}
          </p>
          <p className={classes.ago}>
            <Filled text={say.measured} values={{ ago: <Ago at={vital.at} /> }} />
          </p>
        </>
      )}
    </article>
  );
}
