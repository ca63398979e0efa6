// Full width, because a ward that looks calm while nothing arrives is the worst screen of all.

import { inWords } from "../freshness";
import { live, useGuarded, useLink, useNow } from "../live";
import { WarningIcon } from "./icons";
import classes from "./lost-banner.module.css";

/** What is said while nobody judges what comes, to carers and to the patient themselves. */
const UNWATCHED = {
  carer: [
    "Alarms are not being watched – call the engineer.",
    "Look after every patient yourself.",
  ],
  patient: ["Nobody is alerted by your readings just now.", "If you feel unwell, call for help."],
} as const;

export function LostBanner({ reader = "carer" }: { reader?: keyof typeof UNWATCHED }) {
  const link = useLink();
  const isGuarded = useGuarded();
  useNow();
  if (link.state !== "lost") return isGuarded ? null : <UnwatchedBanner reader={reader} />;
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

function UnwatchedBanner({ reader }: { reader: keyof typeof UNWATCHED }) {
  const [what, then] = UNWATCHED[reader];
  return (
    <div className={classes.banner} role="alert" data-testid="unwatched">
      <WarningIcon size={22} />
      <strong>{what}</strong>
      <span>{then}</span>
    </div>
  );
}
