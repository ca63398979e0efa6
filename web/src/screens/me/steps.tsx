// What to do now, step by step, in the reader's language; the server has the words and their sources.

import { useLanguage, words } from "../../languages/speaking";
import classes from "./steps.module.css";

export default function Steps({ steps }: { steps: Record<string, string[]> }) {
  const lang = useLanguage();
  const said = Object.hasOwn(steps, lang) && steps[lang];
  if (!said) return null;
  return (
    <div className={classes.steps}>
      <b>{words("today").steps}</b>
      <ol>
        {said.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </div>
  );
}
