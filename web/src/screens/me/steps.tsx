// What to do now, step by step, in the reader's language; the server has the words and their sources.

import { useLanguage } from "../../languages/speaking";
import classes from "./steps.module.css";

const TITLES = new Map([
  ["en", "What to do now"],
  ["de", "Was jetzt zu tun ist"],
  ["es", "Qué hacer ahora"],
  ["ar", "ما العمل الآن"],
]);

export default function Steps({ steps }: { steps: Record<string, string[]> }) {
  const lang = useLanguage();
  const said = new Map(Object.entries(steps)).get(lang);
  if (!said) return null;
  return (
    <div className={classes.steps} lang={lang} dir={lang === "ar" ? "rtl" : "ltr"}>
      <b>{TITLES.get(lang)}</b>
      <ol>
        {said.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </div>
  );
}
