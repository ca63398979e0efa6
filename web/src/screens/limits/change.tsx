// The changing of one rule: what, why, until when; then what it would have done; then it is saved.

import { Button, NativeSelect, SegmentedControl, Switch, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { LimitsOf } from "../../api";
import { useNow } from "../../live";
import { SideDialog } from "../../parts/dialog";
import { wasChanged } from "../../parts/meanwhile";
import { useMe } from "../../session";
import type { RuleLine } from "../../words";
import {
  faults,
  isOther,
  levelOf,
  number,
  settingOf,
  type Typed,
  typedOf,
  worst,
} from "./in-words";
import { Ladder } from "./levels";
import classes from "./limits.module.css";
import { type Replay, useLook, useReplay, useSet } from "./use-limits";

type Props = {
  of: LimitsOf;
  /** As it was when its changing began. */
  rule: RuleLine | null;
  /** As it is now: somebody else may have changed it meanwhile. */
  current: RuleLine | undefined;
  begin: (rule: RuleLine) => void;
  onClose: () => void;
};

export function Change({ of, rule, current, begin, onClose }: Props) {
  const [begun, setBegun] = useState(0);
  const anew = (from: RuleLine) => {
    setBegun(begun + 1);
    begin(from);
  };
  return (
    <SideDialog title={rule?.title ?? ""} isOpen={rule !== null} onClose={onClose}>
      {rule && current && isOther(rule, current) && (
        <div role="alert" className={classes.trouble}>
          <p>{current.by ?? "Somebody"} has changed this meanwhile. What you typed is not saved.</p>
          <div className={classes.acts}>
            <Button variant="default" h={44} onClick={() => begin(current)}>
              Keep what I typed
            </Button>
            <Button variant="default" h={44} onClick={() => anew(current)}>
              Begin with what holds now
            </Button>
          </div>
        </div>
      )}
      {rule && (
        <Form
          key={`${rule.rule} ${begun}`}
          of={of}
          rule={rule}
          isOld={isOther(rule, current)}
          onDone={onClose}
        />
      )}
    </SideDialog>
  );
}

type FormProps = { of: LimitsOf; rule: RuleLine; isOld: boolean; onDone: () => void };

function Form({ of, rule, isOld, onDone }: FormProps) {
  const [typed, setTyped] = useState<Typed>(() => typedOf(rule));
  const [wasTried, setWasTried] = useState(false);
  const [isSaid, setIsSaid] = useState(false);
  const now = useNow();
  const replay = useReplay(of);
  const look = useLook(of);
  const set = useSet(of, onDone, (error) => {
    if (wasChanged(error)) void look(); // then it is said above, with what to do about it
  });
  const opened = useRef(rule);
  const { forget } = replay;
  const { reset } = set;
  useEffect(() => {
    if (opened.current === rule) return;
    opened.current = rule;
    // What it would have done was told beside what does not hold any more.
    forget();
    reset();
    setIsSaid(false);
  }, [rule, forget, reset]);
  const wrong = faults(rule, typed, levelOf(of));
  const change = (part: Partial<Typed>) => {
    setTyped({ ...typed, ...part });
    setIsSaid(false);
    set.reset();
    // Why and until when change nothing about what it would have done.
    if (Object.keys(part).some((name) => name !== "reason" && name !== "hours")) replay.forget();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasTried(true);
    if (isOld || Object.keys(wrong).length > 0) return;
    const setting = settingOf(rule, typed, now, isSaid);
    if (replay.answer) set.mutate(setting);
    else {
      void look(); // it may have been changed since this was opened
      void replay.ask(setting);
    }
  };
  const shown = wasTried ? wrong : {};
  const mustSay = replay.answer?.must_be_said ?? null;
  const mayNot = useMe().person.role === "doctor" ? null : (replay.answer?.needs_doctor ?? null);
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <Ladder of={of} rule={rule} />
      <Choose of={of} rule={rule} typed={typed} change={change} />
      {typed.choice === "limit" && rule.default && (
        <Values rule={rule} typed={typed} wrong={shown} change={change} />
      )}
      <Until of={of} typed={typed} wrong={shown.hours} change={change} />
      <Textarea
        label="Why"
        description="Everybody who looks at these limits sees it."
        value={typed.reason}
        error={shown.reason}
        maxLength={500}
        autosize
        minRows={2}
        onChange={(event) => change({ reason: event.currentTarget.value })}
      />
      <Would replay={replay} of={of} hasLimit={rule.default !== null} />
      {mayNot && (
        <p role="alert" className={classes.trouble}>
          This needs a doctor: {mayNot}.
        </p>
      )}
      {mustSay && !mayNot && (
        <Switch
          className={classes.said}
          checked={isSaid}
          label={`I have read this: ${mustSay}`}
          onChange={(event) => setIsSaid(event.currentTarget.checked)}
        />
      )}
      {set.error && (
        <p role="alert" className={classes.trouble}>
          {set.error.message}
        </p>
      )}
      <div className={classes.acts}>
        <Button variant="default" h={44} onClick={onDone}>
          Cancel
        </Button>
        <Button
          h={44}
          type="submit"
          loading={set.isPending || (replay.isAsking && !replay.answer)}
          disabled={isOld || mayNot !== null || (mustSay !== null && !isSaid)}
        >
          {replay.answer ? "Save" : "Look at the last 30 days"}
        </Button>
      </div>
    </form>
  );
}

const AS_ABOVE = { patient: "As the ward", ward: "As the site", site: "By default" };

type Part = { typed: Typed; change: (part: Partial<Typed>) => void };

function Choose({ of, rule, typed, change }: Part & { of: LimitsOf; rule: RuleLine }) {
  const options = [
    ...(rule.default
      ? [{ value: "limit", label: "These limits" }]
      : [{ value: "on", label: "On" }]),
    { value: "off", label: "Off" },
    { value: "default", label: AS_ABOVE[levelOf(of)] },
  ];
  const isUnit = levelOf(of) !== "patient";
  return (
    <div className={classes.choose}>
      <SegmentedControl
        fullWidth
        aria-label="What should it do"
        data={options}
        value={typed.choice}
        data-autofocus
        onChange={(choice) => change({ choice: choice as Typed["choice"] })}
      />
      {isUnit && typed.choice === "off" && (
        <p className={classes.trouble}>Off is off for children too.</p>
      )}
    </div>
  );
}

type ValuesProps = Part & { rule: RuleLine; wrong: Partial<Record<keyof Typed, string>> };

function Values({ rule, typed, wrong, change }: ValuesProps) {
  const byDefault = rule.default;
  if (!byDefault) return null;
  const side = rule.side === "below" ? "Below" : "Above";
  const field = (name: keyof Typed, label: string, usual: string) => (
    <TextInput
      label={label}
      description={`By default ${usual}`}
      inputMode="decimal"
      autoComplete="off"
      value={typed[name]}
      error={wrong[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  const extreme = byDefault.extreme === null ? "none" : number(rule, byDefault.extreme);
  return (
    <div className={classes.values}>
      {field("limit", `${side} (${rule.unit})`, number(rule, byDefault.limit))}
      {field("delay", "For so many seconds", `${byDefault.delay_seconds} s`)}
      {field("extreme", `At once ${side.toLowerCase()} (${rule.unit})`, extreme)}
      {field("clear", `Ends at (${rule.unit})`, number(rule, byDefault.clear_limit))}
      {field("clearAfter", "After so many seconds", `${byDefault.clear_seconds} s`)}
    </div>
  );
}

const HOURS = [1, 2, 4, 8, 12, 24, 72];
const OFF_HOURS_MAX = 12;

function Until({ of, typed, wrong, change }: Part & { of: LimitsOf; wrong: string | undefined }) {
  if (typed.choice === "default") return null;
  const isPatient = of.patient !== undefined;
  const isOff = typed.choice === "off" && isPatient;
  const longest = isPatient ? "Until the patient leaves the ward" : "Until somebody changes it";
  return (
    <NativeSelect
      label="Until when"
      description={isOff ? "An alarm that is off comes back after a shift at the latest." : null}
      value={typed.hours}
      error={wrong}
      data={[
        { value: "", label: isOff ? "Choose…" : longest },
        ...HOURS.filter((hours) => !isOff || hours <= OFF_HOURS_MAX).map((hours) => ({
          value: String(hours),
          label: hours < 24 ? `For ${hours} h` : `For ${hours / 24} d`,
        })),
      ]}
      onChange={(event) => change({ hours: event.currentTarget.value })}
    />
  );
}

type WouldProps = { replay: Replay; of: LimitsOf; hasLimit: boolean };

/** What it would have done, as soon as the first step is known; it grows while the rest is read. */
function Would({ replay, of, hasLimit }: WouldProps) {
  const { answer, error, isAsking } = replay;
  if (error) {
    return (
      <p role="alert" className={classes.trouble}>
        {error.message}
      </p>
    );
  }
  if (!answer) {
    return isAsking ? (
      <p role="status" className={classes.would}>
        Reading the last 30 days…
      </p>
    ) : null;
  }
  if (!answer.is_known) {
    return (
      <p role="status" className={classes.would}>
        It was off, and has no limit that the last {answer.days} days could be judged by: what it
        would have raised cannot be told.
      </p>
    );
  }
  const isUnit = levelOf(of) !== "patient";
  const less = answer.proposed - answer.now;
  return (
    <div role="status" className={classes.would} data-less={less < 0 || undefined}>
      <p>
        Would have raised <b>{answer.proposed}</b> {answer.proposed === 1 ? "alarm" : "alarms"}{" "}
        instead of <b>{answer.now}</b> in the last {answer.days} days
        {isUnit && `, of ${answer.patients} of ${answer.patients_all} patients`}.
      </p>
      <small>
        {hasLimit ? `${answer.readings.toLocaleString()} readings` : "By its own alarms of then"}
        {answer.isDone ? "" : isAsking ? "; still reading…" : "; only a part could be read"}
        {answer.limit?.worst_seconds != null &&
          `. Rings at the latest after ${worst(answer.limit)}`}
        .
      </small>
    </div>
  );
}
