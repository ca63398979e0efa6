// The first thing a patient reads.

import { fill, words } from "../../languages/speaking";
import { CheckIcon, HelpIcon, UnplugIcon, WarningIcon } from "../../parts/icons";
import classes from "./today.module.css";
import type { Verdict } from "./verdict";

const ICONS = {
  fine: CheckIcon,
  watch: HelpIcon,
  act: WarningIcon,
  old: HelpIcon,
  lost: UnplugIcon,
};

export function Hero({ verdict, name }: { verdict: Verdict; name: string }) {
  const Icon = ICONS[verdict.tone];
  const [first = name] = name.split(" ");
  return (
    <section className={classes.hero} data-tone={verdict.tone} aria-live="polite">
      <p className={classes.hello}>{fill(words("today").hello, { name: first })}</p>
      <h1>
        <Icon size={40} />
        {verdict.title}
      </h1>
      <p>{verdict.detail}</p>
    </section>
  );
}
