// Alerts in the patient's own words: how soon, and what to do. Each tells the server it was shown.

import { type RefObject, useEffect, useRef } from "react";
import { api } from "../../api";
import { words } from "../../languages/speaking";
import { useCalls } from "../../live";
import { EyeIcon } from "../../parts/icons";
import { useRendered, whenShown } from "../../shown";
import type { TodayAlarm } from "../../words";
import { Ago } from "./ago";
import { receipt } from "./seen";
import Steps from "./steps";
import classes from "./today.module.css";

export function Alerts({ alarms }: { alarms: TodayAlarm[] }) {
  return alarms.map((alarm) => <Alert key={alarm.id} alarm={alarm} />);
}

function Alert({ alarm }: { alarm: TodayAlarm }) {
  const box = useRef<HTMLElement>(null);
  const say = words("today");
  // A call to the patient may come after the alert was shown: then it is seen again.
  const call = useCalls().find(({ alarm_id, audience, seen }) => {
    return alarm_id === alarm.id && audience === "patient" && seen === null;
  });
  useSeen(box, alarm.id, call?.id ?? null);
  useRendered(box, alarm);
  return (
    <section
      ref={box}
      className={classes.alert}
      data-priority={alarm.priority}
      data-alarm={alarm.id}
      role={alarm.priority === "high" ? "alert" : undefined}
      aria-label={say[alarm.priority]}
    >
      <p className={classes.urgency}>
        {say[alarm.priority]}
        <span>
          <Ago at={alarm.raised} />
        </span>
      </p>
      <p className={classes.told} dir="auto">
        {alarm.text}
      </p>
      <Steps steps={alarm.what_to_do ?? {}} />
      {alarm.state === "acknowledged" && (
        <p className={classes.team}>
          <EyeIcon /> {say.teamSaw}
        </p>
      )}
    </section>
  );
}

/** The receipt: it stood on a visible page. Asked again until the server has it. */
function useSeen(box: RefObject<HTMLElement | null>, alarm: number, call: number | null): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another call asks for another receipt
  useEffect(() => {
    if (!box.current || alarm < 0) return;
    const isVisible = () => document.visibilityState === "visible";
    const { tell, stop } = receipt(() => api.todaySeen(alarm), isVisible);
    const hide = whenShown(box.current, () => void tell());
    return () => {
      stop();
      hide();
    };
  }, [box, alarm, call]);
}
