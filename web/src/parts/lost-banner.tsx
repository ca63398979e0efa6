// Full width, because a ward that looks calm while nothing arrives is the worst screen of all.

import { inWords } from "../freshness";
import { live, useLink, useNow } from "../live";
import { WarningIcon } from "./icons";
import classes from "./lost-banner.module.css";

export function LostBanner() {
  const link = useLink();
  useNow();
  if (link.state !== "lost") return null;
  const age = link.heard === null ? null : inWords(live.now() - link.heard);
  return (
    <div className={classes.banner} role="alert">
      <WarningIcon size={22} />
      <strong>Connection lost – values below are old.</strong>
      <span aria-live="off">
        {age === null ? "Nothing has been heard yet." : `Last heard ${age} ago.`} Reconnecting…
      </span>
    </div>
  );
}
