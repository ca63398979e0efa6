// New alarms in words, for those who hear the page rather than see it.

import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { byUrgency, isSounding, withoutParts } from "../alarms";
import { useAlarms } from "../live";
import { whereOf } from "./alarm-list";

export function Announcer() {
  const alarms = useAlarms();
  const said = useRef(new Set<number>());
  const [words, say] = useState("");
  useEffect(() => {
    const fresh = withoutParts(alarms).filter(
      (alarm) => isSounding(alarm) && !said.current.has(alarm.id),
    );
    for (const alarm of fresh) said.current.add(alarm.id);
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
