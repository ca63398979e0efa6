// Today's values in words. An old one is said to be old: it is no news about now.

import { unitInWords } from "../../units";
import type { TodayVital } from "../../words";
import { Ago } from "./ago";
import classes from "./today.module.css";

const FEW_DIGITS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function Values({ vitals }: { vitals: TodayVital[] }) {
  if (vitals.length === 0) return null;
  return (
    <section className={classes.values} aria-label="Your values">
      {vitals.map((vital) => (
        <Value key={vital.vital} vital={vital} />
      ))}
    </section>
  );
}

function Value({ vital }: { vital: TodayVital }) {
  const isOld = vital.tone === "old";
  const number = (
    <>
      {FEW_DIGITS.format(vital.value)} <small>{unitInWords(vital.unit)}</small>
    </>
  );
  return (
    <article className={classes.value} data-tone={vital.tone} data-vital={vital.vital}>
      <h2>{vital.label}</h2>
      {isOld ? (
        <>
          <p className={classes.words}>No recent value</p>
          <p className={classes.ago}>
            The last one was {number}, measured <Ago at={vital.at} />. It says nothing about now.
          </p>
        </>
      ) : (
        <>
          <p className={classes.number}>{number}</p>
          <p className={classes.words}>{vital.words}</p>
          <p className={classes.ago}>
            measured <Ago at={vital.at} />
          </p>
        </>
      )}
    </article>
  );
}
