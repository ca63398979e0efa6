// What was decided before: nothing of it is lost.

import type { Consent } from "../../consent-api";
import { words } from "../../languages/speaking";
import classes from "./consent.module.css";
import { decidedInWords, whileInWords, whomInWords } from "./words";

export function Past({ decided }: { decided: Consent[] }) {
  if (decided.length === 0) return null;
  return (
    <details className={classes.past}>
      <summary>{words("consent").before}</summary>
      <ul className={classes.list}>
        {decided.map((one) => (
          <li key={one.id}>
            <div>
              <b>{whomInWords(one)}</b> {decidedInWords(one)}
              <small>{whileInWords(one)}</small>
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
