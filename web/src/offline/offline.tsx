// What opens without a network: that there is none, and how to measure all the same. It shows no
// value of anybody's, so that nothing old can be taken for what is now.

import { Button } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { GET } from "../api";
import { comesBack, type Owner } from "../home/shell";
import { useLanguage } from "../languages/speaking";
import { Brand } from "../parts/brand";
import { CheckIcon, UnplugIcon } from "../parts/icons";
import { SchemeButton } from "../parts/scheme-button";
import shell from "../parts/shell.module.css";
import { useTitle } from "../parts/title";
import day from "../screens/me/today.module.css";
import { Measuring } from "../screens/measure/measure";
import measure from "../screens/measure/measure.module.css";
import { OFFLINE_WORDS } from "./words";

const AGAIN_MS = 10_000;

export default function Offline({ owner }: { owner: Owner }) {
  const lang = useLanguage();
  const words = OFFLINE_WORDS[lang];
  const { isBack, tried, again } = useBack();
  useTitle(words.title);
  return (
    <div className={shell.shell} data-at-home>
      <header className={shell.header}>
        <Brand />
        <span className={shell.spring} />
        <SchemeButton />
      </header>
      <main id="main" className={shell.main}>
        <div className={day.day}>
          <section className={day.hero} data-tone={isBack ? "fine" : "lost"} aria-live="polite">
            <h1>
              {isBack ? <CheckIcon size={40} /> : <UnplugIcon size={40} />}
              {isBack ? words.back : words.title}
            </h1>
            <p>{isBack ? words.typed : words.what}</p>
            {isBack || (
              <p>
                <b>{words.alone}</b> {words.ill}
              </p>
            )}
          </section>
          <Button
            size="lg"
            mih={56}
            variant={isBack ? "filled" : "default"}
            onClick={isBack ? comesBack : again}
          >
            {isBack ? words.open : words.again}
          </Button>
          <p className={measure.quiet}>
            {words.tried(
              tried.toLocaleTimeString(lang === "ar" ? "ar-u-nu-latn" : lang, {
                timeStyle: "short",
              }),
            )}
          </p>
          <p>{words.whose(owner.name)}</p>
          <Measuring patient={owner.patient} units={owner.units} />
        </div>
      </main>
    </div>
  );
}

/** Whether the server answers again. Then the page goes to it, unless somebody is busy here. */
function useBack() {
  const [isBack, setBack] = useState(false);
  const [tried, setTried] = useState(() => new Date());
  const look = useMemo(() => looking(setBack, setTried), []);
  useEffect(() => {
    const timer = setInterval(look, AGAIN_MS);
    addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      removeEventListener("online", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [look]);
  return { isBack, tried, again: look };
}

function looking(setBack: (is: boolean) => void, setTried: (at: Date) => void): () => void {
  let isAsking = false;
  return async () => {
    if (isAsking) return;
    isAsking = true;
    const answer = await GET("/api/health").catch(() => null);
    isAsking = false;
    const isBack = answer?.response.ok ?? false;
    setTried(new Date());
    setBack(isBack);
    if (isBack && !isBusy()) comesBack();
  };
}

/** Something is half typed, or a meter is being read. */
function isBusy(): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement>("main input")];
  return fields.some(({ value }) => value) || document.querySelector("[data-loading]") !== null;
}
