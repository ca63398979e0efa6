// Today's values in words. An old one is said to be old: it is no news about now.

import { unitInWords } from "../../units";
import type { TodayVital } from "../../words";
import classes from "./today.module.css";
import { agoInWords } from "./verdict";

const FEW_DIGITS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function Values({ vitals, now }: { vitals: TodayVital[]; now: number }) {
  if (vitals.length === 0) return null;
  return (
    <section className={classes.values} aria-label="Your values">
      {vitals.map((vital) => (
        <Value key={vital.vital} vital={vital} now={now} />
      ))}
    </section>
  );
}

function Value({ vital, now }: { vital: TodayVital; now: number }) {
  const isOld = vital.tone === "old";
  const ago = agoInWords(vital.at, now);
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
            The last one was {number}, measured {ago}. It says nothing about now.
          </p>
        </>
      ) : (
        <>
          <p className={classes.number}>{number}</p>
          <p className={classes.words}>{vital.words}</p>
          <p className={classes.ago}>
            {ago === "just now" ? "measured just now" : `measured ${ago}`}
          </p>
        </>
      )}
    </article>
  );
}
