// The first thing a patient reads.

import { useLayoutEffect, useRef } from "react";
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

/** What it says changes while one reads: a line less must not move what stands below. */
export function useNeverShorter() {
  const box = useRef<HTMLElement>(null);
  const width = useRef(0);
  useLayoutEffect(() => {
    if (!box.current) return;
    if (width.current !== box.current.offsetWidth) box.current.style.minHeight = ""; // turned round
    width.current = box.current.offsetWidth;
    box.current.style.minHeight = `${box.current.offsetHeight}px`;
  });
  return box;
}

export function Hero({ verdict, name }: { verdict: Verdict; name: string }) {
  const box = useNeverShorter();
  const Icon = ICONS[verdict.tone];
  const [first = name] = name.split(" ");
  return (
    <section ref={box} className={classes.hero} data-tone={verdict.tone} aria-live="polite">
      <p className={classes.hello}>{fill(words("today").hello, { name: first })}</p>
      <h1>
        <Icon size={40} />
        {verdict.title}
      </h1>
      <p>{verdict.detail}</p>
    </section>
  );
}
