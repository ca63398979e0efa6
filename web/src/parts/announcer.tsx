// New alarms in words, for those who hear the page rather than see it.

import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { keyOf } from "../ahead";
import { byUrgency, isSounding, withoutParts } from "../alarms";
import { useAlarmsLater } from "../live-of";
import type { Alarm } from "../words";
import { whereOf } from "./alarm-list";

/** Also of one that has no number yet. */
const once = (alarm: Alarm): string => `${keyOf(alarm)} ${alarm.raised}`;

export function Announcer() {
  const alarms = useAlarmsLater();
  const said = useRef(new Set<string>());
  const [words, say] = useState("");
  useEffect(() => {
    const fresh = withoutParts(alarms).filter(
      (alarm) => isSounding(alarm) && !said.current.has(once(alarm)),
    );
    for (const alarm of fresh) said.current.add(once(alarm));
    if (fresh.length) {
      fresh.sort(byUrgency);
      say(fresh.map((one) => `${one.priority} alarm, ${whereOf(one)}: ${one.text}`).join(". "));
    }
  }, [alarms]);
  return (
    <VisuallyHidden role="status" aria-live="assertive">
      {words}
    </VisuallyHidden>
  );
}
