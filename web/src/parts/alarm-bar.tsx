// One alarm: how urgent (marker, word, colour, flash), what, for how long, and who is coming.

import { Button } from "@mantine/core";
import { useRef } from "react";
import { callFor, isSounding, MARKS } from "../alarms";
import { countdown, inWords } from "../freshness";
import { useCalls, useNow } from "../live";
import { useMe } from "../session";
import { useShown } from "../shown";
import type { Alarm, Call } from "../words";
import classes from "./alarm-bar.module.css";
import { CheckIcon, EyeIcon, PhoneIcon } from "./icons";

type Props = {
  alarm: Alarm;
  acknowledge: (alarm: Alarm) => void;
  where?: string;
  /** One line only: who is called stands in the list. */
  isShort?: boolean;
};

export function AlarmBar({ alarm, acknowledge, where, isShort = false }: Props) {
  const now = useNow();
  const call = callFor(alarm, useCalls());
  const needsAnswer = isSounding(alarm);
  return (
    <div
      className={classes.bar}
      data-priority={alarm.priority}
      data-state={alarm.state}
      data-alarm={alarm.id}
    >
      <div className={classes.head}>
        <span className={classes.mark}>
          <span aria-hidden="true">{needsAnswer ? MARKS[alarm.priority] : <CheckIcon />}</span>
          <span className={classes.hidden}>{`${alarm.priority} priority`}</span>
        </span>
        <span className={classes.text}>
          {where && <span className={classes.where}>{where}</span>}
          {alarm.text}
        </span>
        <span className={classes.age}>{inWords(now - alarm.raised)}</span>
        {needsAnswer && (
          <Button
            size="compact-sm"
            className={classes.button}
            onClick={() => acknowledge(alarm)}
            aria-label={`Acknowledge: ${alarm.text}`}
          >
            Acknowledge
          </Button>
        )}
      </div>
      {!isShort && <Below alarm={alarm} call={call} now={now} />}
    </div>
  );
}

function Below({ alarm, call, now }: { alarm: Alarm; call: Call | null; now: number }) {
  const over =
    alarm.state === "latched" && alarm.cleared !== null
      ? `Over since ${inWords(now - alarm.cleared)}, nobody has answered. `
      : "";
  if (alarm.state === "acknowledged") {
    const since = alarm.acknowledged === null ? "" : ` · ${inWords(now - alarm.acknowledged)}`;
    return (
      <div className={classes.below}>
        {alarm.acknowledged_by ?? "Acknowledged"}
        {alarm.acknowledged_reason && `: ${alarm.acknowledged_reason}`}
        {since}
      </div>
    );
  }
  if (!call) return over ? <div className={classes.below}>{over}</div> : null;
  return <CallLine call={call} now={now} before={over} />;
}

/** Who is being called, and how long until the next person is. */
function CallLine({ call, now, before }: { call: Call; now: number; before: string }) {
  const me = useMe().person;
  const isMine = call.person_id === me.id;
  const box = useRef<HTMLDivElement>(null);
  useShown(box, isMine && call.seen === null ? call.id : null);
  const left = call.due - now;
  return (
    <div className={classes.below} ref={box} data-call={call.id}>
      {before}
      {call.seen === null ? <PhoneIcon size={15} /> : <EyeIcon size={15} />}
      <span>
        {isMine ? <b>You are called</b> : `Calling ${call.person}`}
        {call.seen !== null && ", seen"}
        {call.round > 1 && ` · round ${call.round}`}
      </span>
      <span className={classes.next}>
        {left > 0 ? `next person in ${countdown(left)}` : "calling the next person"}
      </span>
    </div>
  );
}
