// One alarm: how urgent (marker, word, colour, flash), what, for how long, and who is coming.

import { type ReactNode, useRef } from "react";
import { callFor, isSounding, MARKS, needsAnswer } from "../alarms";
import { countdown, inWords } from "../freshness";
import { useTimed } from "../live";
import { useAlarm, useCallsOf } from "../live-of";
import { useMe } from "../session";
import { useRendered, useShown } from "../shown";
import { viaInWords, whyInWords } from "../why";
import type { Alarm, Call } from "../words";
import classes from "./alarm-bar.module.css";
import { CheckIcon, EyeIcon } from "./icons";
import { PhoneIcon } from "./more-icons";
import { useIsArmed } from "./sound-button";
import { SoundOffIcon } from "./staff-icons";

const WRITING_MS = 1000;

type Props = {
  alarm: Alarm;
  acknowledge: (alarm: Alarm) => void;
  where?: string;
  /** Without the second line of who is called, or with all in one line. */
  shape?: "full" | "head" | "line";
  /** What else can be done about it. */
  children?: ReactNode;
};

export function AlarmBar({ alarm, acknowledge, where, shape = "full", children }: Props) {
  const call = callFor(alarm, useCallsOf(alarm.id), useMe().person.id);
  const cause = useAlarm(alarm.cause_id);
  const isOpen = needsAnswer(alarm) && !cause;
  const box = useRef<HTMLDivElement>(null);
  useRendered(box, alarm);
  return (
    <div
      ref={box}
      className={classes.bar}
      data-priority={alarm.priority}
      data-state={alarm.state}
      data-alarm={alarm.id}
      data-shape={shape}
      data-look={isOpen ? "open" : "quiet"}
      data-acts={children ? true : undefined}
    >
      <div className={classes.head}>
        <span className={classes.mark}>
          <span aria-hidden="true">{isOpen || cause ? MARKS[alarm.priority] : <CheckIcon />}</span>
          <span className={classes.hidden}>{`${alarm.priority} priority`}</span>
        </span>
        <span className={classes.text} title={alarm.text}>
          {where && <span className={classes.where}>{where}</span>} {alarm.text}
        </span>
        {shape === "line" && isOpen && call && <CallWords call={call} className={classes.call} />}
        {isOpen && isSounding(alarm) && <Silent />}
        {alarm.state === "audio-paused" && <Paused alarm={alarm} />}
        <Age since={alarm.raised} />
        {isOpen && (
          <button
            type="button"
            className={classes.button}
            onClick={() => acknowledge(alarm)}
            aria-label={`Acknowledge: ${alarm.text}`}
            disabled={alarm.is_ahead}
            title={alarm.is_ahead ? "Homeward is still writing this alarm down" : undefined}
          >
            {alarm.is_ahead ? <Writing since={alarm.rung} /> : "Acknowledge"}
          </button>
        )}
        {children}
      </div>
      {shape === "full" && cause && (
        <div className={classes.below}>One of several: {cause.text}</div>
      )}
      {shape === "full" && !cause && (
        <Below alarm={alarm} call={call} isWhole={children !== undefined} />
      )}
    </div>
  );
}

/** To write it takes a moment: only where it takes longer is that worth a word. */
function Writing({ since }: { since: number }) {
  return useTimed((now) => (now - since < WRITING_MS ? "Acknowledge" : "Being written…"));
}

function Age({ since }: { since: number }) {
  return <span className={classes.age}>{useTimed((now) => inWords(now - since))}</span>;
}

/** Silence is no sign of calm while no sound is armed. */
function Silent() {
  if (useIsArmed()) return null;
  return (
    <span className={classes.mark} title="Alarm sound is off">
      <SoundOffIcon size={16} />
      <span className={classes.hidden}>sound is off</span>
    </span>
  );
}

/** No sound for a while: by whom, and for how long. */
function Paused({ alarm }: { alarm: Alarm }) {
  const left = useTimed((now) => countdown(Math.max(0, (alarm.paused_until ?? now) - now)));
  return (
    <span className={classes.paused} title={`Sound paused by ${alarm.paused_by ?? "somebody"}`}>
      <SoundOffIcon size={15} /> {left}
      <span className={classes.hidden}> of the sound&apos;s pause left</span>
    </span>
  );
}

type BelowProps = { alarm: Alarm; call: Call | null; isWhole: boolean };

/** `isWhole`: there is room to say of everybody why they are called, not only of oneself. */
function Below({ alarm, call, isWhole }: BelowProps) {
  const { state, cleared, acknowledged } = alarm;
  const since = useTimed((now) => {
    const began = state === "acknowledged" ? acknowledged : cleared;
    return began === null ? "" : inWords(now - began);
  });
  if (state === "acknowledged") {
    return (
      <div className={classes.below}>
        {alarm.acknowledged_by ?? "Acknowledged"}
        {alarm.acknowledged_reason && `: ${alarm.acknowledged_reason}`}
        {since && ` · ${since}`}
      </div>
    );
  }
  const over = state === "latched" && since ? `Over since ${since}, nobody has answered. ` : "";
  if (!call) return over ? <div className={classes.below}>{over}</div> : null;
  return <CallWords call={call} before={over} className={classes.below} isWhole={isWhole} />;
}

type CallProps = {
  call: Call;
  before?: string;
  className: string | undefined;
  isWhole?: boolean;
};

/** Who is being called and why, and how long until the next person is. */
function CallWords({ call, before, className, isWhole }: CallProps) {
  const me = useMe().person;
  const isMine = call.person_id === me.id;
  const other = useOtherCall(call, isMine);
  const box = useRef<HTMLDivElement>(null);
  useShown(box, isMine && call.seen === null ? call.id : null);
  const via = useTimed((now) => viaInWords(call, now));
  return (
    <div
      className={className}
      ref={box}
      data-call={call.id}
      data-whole={isWhole || undefined}
      title={useTimed((now) => whyInWords(call, now))}
    >
      {before}
      {call.seen === null ? <PhoneIcon size={15} /> : <EyeIcon size={15} />}
      <span className={classes.who}>
        {isMine ? <b>You are called</b> : `Calling ${call.person}`}
        {call.seen !== null && ", seen"}
        {call.round > 1 && ` · round ${call.round}`}
        {(isMine || isWhole) && via && `: ${via}`}
        {other && ` · Calling ${other.person} as well`}
      </span>
      <Next due={call.due} />
      {(isMine || isWhole) && call.because && (
        <span className={classes.why}>because {call.because}</span>
      )}
    </div>
  );
}

function Next({ due }: { due: number }) {
  const words = useTimed((now) =>
    due > now ? `next person in ${countdown(due - now)}` : "calling the next person",
  );
  return <span className={classes.next}>{words}</span>;
}

/** Who else is called by now: the one it went on to, or who was called together with me. */
function useOtherCall(call: Call, isMine: boolean): Call | null {
  const others = useCallsOf(call.alarm_id).filter(
    (one) => one.audience === "carer" && one.ended === null && one.person_id !== call.person_id,
  );
  return isMine ? (others.sort((a, b) => b.created - a.created)[0] ?? null) : null;
}
