// Beside the way to the messages: how many are new. It asks again when one comes.

import { useEffect, useRef } from "react";
import { useLanguage } from "../../languages/speaking";
import { useLetterNews } from "../../letters-api";
import { wordsFor } from "./words";

export default function Fresh({ unread, again }: { unread: number; again: () => void }) {
  const news = useLetterNews();
  const known = useRef(0); // what came before this was loaded is news, too
  useEffect(() => {
    if (known.current === news) return;
    known.current = news;
    again();
  }, [news, again]);
  const { say } = wordsFor([useLanguage()]);
  if (unread === 0) return null;
  return (
    <b>
      {unread} {say.fresh}
    </b>
  );
}
