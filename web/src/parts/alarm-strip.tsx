// Alarms that the page below does not show: who reads one chart still answers for the ward.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import { keyOf } from "../ahead";
import { byUrgency, callFor, needsAnswer, withoutParts } from "../alarms";
import { isInSight, useInSight } from "../in-sight";
import { useAlarmsInSync, useKnown } from "../in-sync";
import { live, useAlarms, useCalls, useLink } from "../live";
import { useFollowed, useFollowing } from "../my-wards";
import { useMe } from "../session";
import { staffApi } from "../staff-api";
import type { Alarm } from "../words";
import { Acknowledge } from "./acknowledge";
import { AlarmBar } from "./alarm-bar";
import bar from "./alarm-bar.module.css";
import { AlarmList, whereOf } from "./alarm-list";
import classes from "./alarm-strip.module.css";
import { Announcer } from "./announcer";

const NONE: readonly Alarm[] = [];
/** Pages that show no ward: here it must be seen that nothing else is heard either. */
const AWAY = ["/patients/", "/devices"];

export function AlarmStrip() {
  const me = useMe().person.id;
  const followed = useFollowed(me);
  useFollowing(me);
  useAlarmsInSync();
  // Where nothing is heard at all the banner above says more.
  const isLost = useLink().state === "lost";
  const isAway = useKnown() === "away" && !isLost;
  const inSight = useInSight();
  const [path] = useLocation();
  const alarms = withoutParts(useAlarms())
    .filter((alarm) => needsAnswer(alarm) && !isInSight(alarm, inSight))
    .sort(byUrgency);
  const [answering, answer] = useState<Alarm | null>(null);
  const [isListed, list] = useState(false);
  const closeList = useCallback(() => list(false), []);
  const closeAnswer = useCallback(() => answer(null), []);
  const [worst] = alarms;
  return (
    <>
      {worst && (
        <section className={classes.strip} data-strip aria-label="Alarms elsewhere">
          <Worst key={keyOf(worst)} alarm={worst} acknowledge={answer}>
            {alarms.length > 1 && (
              <Button size="compact-sm" className={bar.button} onClick={() => list(true)}>
                +{alarms.length - 1} more
              </Button>
            )}
          </Worst>
        </section>
      )}
      {followed.length === 0 && !worst && AWAY.some((one) => path.startsWith(one)) && (
        <p className={classes.none} data-hint>
          You follow no ward. Open a ward, and its alarms show and sound on this page too.
        </p>
      )}
      {isAway && (
        <p className={classes.none} data-away role="status">
          The open alarms could not be asked for: there may be more than stand here.
        </p>
      )}
      <AlarmList
        isOpen={isListed}
        close={closeList}
        alarms={isListed ? alarms : NONE}
        acknowledge={answer}
      />
      <Acknowledge alarm={answering} close={closeAnswer} />
      <Announcer />
    </>
  );
}

type WorstProps = { alarm: Alarm; acknowledge: (alarm: Alarm) => void; children: ReactNode };

function Worst({ alarm, acknowledge, children }: WorstProps) {
  useWhoIsCalled(alarm);
  return (
    <AlarmBar alarm={alarm} acknowledge={acknowledge} where={whereOf(alarm)} shape="line">
      {alarm.patient_id !== null && (
        <Button
          component={Link}
          href={`/patients/${alarm.patient_id}`}
          size="compact-sm"
          className={bar.button}
          aria-label={`Open: ${whereOf(alarm)}`}
        >
          Open
        </Button>
      )}
      {children}
    </AlarmBar>
  );
}

/** Whoever is called for it now; boards know, a page opened since may not. */
function useWhoIsCalled(alarm: Alarm): void {
  const isKnown = callFor(alarm, useCalls()) !== null;
  useQuery({
    queryKey: ["alarm-calls", alarm.id],
    queryFn: async () => {
      const asked = performance.now();
      const story = await staffApi.alarm(alarm.id);
      live.seedCalls(story.calls, asked);
      return story.calls.length;
    },
    enabled: !isKnown && !alarm.is_ahead,
    retry: false,
  });
}
