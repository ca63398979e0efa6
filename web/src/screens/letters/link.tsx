// The way to the messages from the patient's day, with how many are new.

import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { useLanguage } from "../../languages/speaking";
import { useLetterNews } from "../../letters-api";
import { MessageIcon } from "../../parts/more-icons";
import classes from "./letters.module.css";
import { wordsFor } from "./words";

export default function LettersLink({ unread, again }: { unread: number; again: () => void }) {
  const news = useLetterNews();
  const known = useRef(news);
  useEffect(() => {
    if (known.current === news) return;
    known.current = news;
    again();
  }, [news, again]);
  const { lang, say } = wordsFor([useLanguage()]);
  return (
    <Link href="/messages" className={classes.link} data-unread={unread > 0 || undefined}>
      <MessageIcon size={22} /> <span lang={lang}>{say.title}</span>
      {unread > 0 && (
        <b className={classes.count} lang={lang}>
          {unread} {say.fresh}
        </b>
      )}
    </Link>
  );
}
