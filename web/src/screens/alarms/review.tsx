// One alarm: what it was, what the signals were around it, and who knew what, when.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { MARKS, needsAnswer } from "../../alarms";
import { Refused } from "../../api";
import { CLOCK, clockTime, inWords } from "../../freshness";
import { useAlarms, useCalls, useNow } from "../../live";
import { Acknowledge } from "../../parts/acknowledge";
import { whereOf } from "../../parts/alarm-list";
import { CheckIcon, WarningIcon } from "../../parts/icons";
import { Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";
import type { Alarm, AlarmStory } from "../../words";
import classes from "./alarms.module.css";
import { Decided } from "./decided";
import { Strip } from "./strip";
import { type Line, since, timeline } from "./timeline";

const STATES: Record<Alarm["state"], string> = {
  active: "Nobody has answered",
  "audio-paused": "Sound paused, nobody has answered",
  acknowledged: "Answered, not over",
  latched: "Over, and nobody has answered",
  resolved: "Over",
};

export default function Review() {
  const id = Number(useParams<{ alarm: string }>().alarm);
  // Whatever is told of this alarm or its calls makes the story longer.
  const told = useAlarms().find((alarm) => alarm.id === id);
  const calls = useCalls().filter((call) => call.alarm_id === id);
  const news = [told?.state, told?.rung, ...calls.map((call) => `${call.id}${call.seen}`)].join();
  const story = useQuery({
    queryKey: ["alarm", id, news],
    queryFn: () => staffApi.alarm(id),
    // Another alarm is opened from the bar at the top: nothing of this one stands for it.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
    refetchInterval: 15_000,
  });
  const shown = useStanding(story, id);
  useTitle(shown?.text ?? "Alarm");
  if (shown) return <Story key={id} story={shown} again={() => void story.refetch()} />;
  if (story.error) return <Trouble error={story.error} again={() => void story.refetch()} />;
  return <Waiting what="Reading the ledger" />;
}

function Story({ story, again }: { story: AlarmStory; again: () => void }) {
  const [answering, answer] = useState<Alarm | null>(null);
  const now = useNow();
  const lasted = (story.cleared ?? now) - story.raised;
  return (
    <div className={classes.page}>
      <p className={classes.back}>
        <Link href="/alarms">Alarms</Link>
      </p>
      <header className={classes.banner} data-priority={story.priority}>
        <span className={classes.mark} aria-hidden="true">
          {MARKS[story.priority]}
        </span>
        <div className={classes.what}>
          <h1>{story.text}</h1>
          <p>
            {story.patient_id === null ? (
              whereOf(story)
            ) : (
              <Link href={`/patients/${story.patient_id}`}>{whereOf(story)}</Link>
            )}
            {` · ${story.priority} priority, ${story.kind} · ${STATES[story.state]} · `}
            {`raised ${clockTime(story.raised, now)}, `}
            {story.cleared === null ? `for ${inWords(lasted)}` : `lasted ${inWords(lasted)}`}
          </p>
        </div>
        {needsAnswer(story) && <Button onClick={() => answer(story)}>Acknowledge</Button>}
      </header>
      <div className={classes.columns}>
        <section className={classes.card} aria-labelledby="signals">
          <h2 id="signals">Half a minute before and after</h2>
          <Decided story={story} />
          {story.patient_id !== null && <Strip patient={story.patient_id} at={story.raised} />}
        </section>
        <section className={classes.card} aria-labelledby="who">
          <h2 id="who">Who knew what, when</h2>
          <Timeline lines={timeline(story)} />
          <Act alarm={story.id} done={again} />
        </section>
      </div>
      <Acknowledge alarm={answering} close={() => answer(null)} />
    </div>
  );
}

function Timeline({ lines }: { lines: readonly Line[] }) {
  const first = lines[0]?.at ?? 0;
  return (
    <ol className={classes.timeline}>
      {lines.map((line, place) => (
        <li key={`${line.at} ${line.what} ${place}`} data-hop={line.hop}>
          <time>
            {new Date(line.at).toLocaleTimeString([], { ...CLOCK, second: "2-digit" })}
            <span>{since(line.at, first)}</span>
          </time>
          <div>
            <b>{line.what}</b>
            {line.note && <p>{line.note}</p>}
            <Again isSame={line.isSame} />
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The rule was asked once more, with what it was given then. */
function Again({ isSame }: { isSame: boolean | null | undefined }) {
  if (isSame === true) {
    return (
      <p className={classes.same}>
        <CheckIcon size={15} /> asked again, the rule decides the same
      </p>
    );
  }
  if (isSame === false) {
    return (
      <p className={classes.other} role="alert">
        <WarningIcon size={15} /> asked again, the rule decides otherwise: tell the engineer
      </p>
    );
  }
  return null;
}

function Act({ alarm, done }: { alarm: number; done: () => void }) {
  const [what, say] = useState("");
  const act = useMutation({
    mutationFn: () => staffApi.act(alarm, what),
    onSuccess: () => {
      say("");
      done();
    },
  });
  const error = act.error instanceof Refused ? act.error.message : act.error && "Not saved yet.";
  return (
    <form
      className={classes.act}
      onSubmit={(event) => {
        event.preventDefault();
        if (what.trim()) act.mutate();
      }}
    >
      <TextInput
        label="What was done"
        placeholder="Oxygen 2 L/min, doctor informed"
        value={what}
        maxLength={500}
        error={error}
        onChange={(event) => say(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={act.isPending} disabled={!what.trim()}>
        Write down
      </Button>
    </form>
  );
}
