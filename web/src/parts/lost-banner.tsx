// Full width, because a ward that looks calm while nothing arrives is the worst screen of all.

import { fill, secondsAgo, words } from "../languages/speaking";
import { live, useGuarded, useLink, useNow } from "../live";
import { WarningIcon } from "./icons";
import classes from "./lost-banner.module.css";

/** What is said while nobody judges what comes, to carers and to the patient themselves. */
const UNWATCHED = {
  carer: () => ({
    unwatched: "Alarms are not being watched – call the engineer.",
    callForHelp: "Look after every patient yourself.",
  }),
  patient: () => words("frame"),
};

export function LostBanner({ reader = "carer" }: { reader?: keyof typeof UNWATCHED }) {
  const link = useLink();
  const isGuarded = useGuarded();
  useNow();
  if (link.state !== "lost") return isGuarded ? null : <UnwatchedBanner reader={reader} />;
  const say = words("frame");
  const { heard } = link;
  return (
    <div className={classes.banner} role="alert">
      <WarningIcon size={22} />
      <strong>{say.lost}</strong>
      <span aria-live="off">
        {heard === null
          ? say.neverHeard
          : fill(say.lastHeard, { ago: secondsAgo(live.now() - heard) })}{" "}
        {say.reconnecting}
      </span>
    </div>
  );
}

function UnwatchedBanner({ reader }: { reader: keyof typeof UNWATCHED }) {
  const { unwatched, callForHelp } = UNWATCHED[reader]();
  return (
    <div className={classes.banner} role="alert" data-testid="unwatched">
      <WarningIcon size={22} />
      <strong>{unwatched}</strong>
      <span>{callForHelp}</span>
    </div>
  );
}
