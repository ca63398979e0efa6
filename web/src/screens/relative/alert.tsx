// One alert as a relative reads it: what the patient was told, what can be done about it, and who
// has seen it.

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../../api";
import { clockTime } from "../../languages/counting";
import { Filled } from "../../languages/filled";
import { fill, secondsAgo, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { CheckIcon, ClockIcon, EyeIcon, UnplugIcon } from "../../parts/icons";
import { PhoneIcon } from "../../parts/more-icons";
import own from "../../relative.module.css";
import type { ToldPage, ToldRelative } from "../../words";
import { firstName, urgency } from "../told/words";

type Props = { told: ToldRelative; page: ToldPage; isLost: boolean; onSeen?: () => void };

export function Open({ told, page, isLost, onSeen }: Props) {
  const now = useNow();
  const name = firstName(told.patient);
  const telephone = page.chosen.find(({ patient }) => patient === told.patient)?.telephone ?? "";
  const say = words("relative");
  const isNow = now - told.since < 3_000;
  return (
    <article
      className={own.told}
      data-priority={told.priority}
      role={told.priority === "high" ? "alert" : undefined}
      aria-label={fill(say.label, { urgency: urgency(told.priority), patient: told.patient })}
    >
      <header>
        <b>{urgency(told.priority)}</b>
        <time>{isNow ? words("today").justNow : secondsAgo(now - told.since)}</time>
      </header>
      <p className={own.words}>
        <span>{fill(say.wasTold, { patient: told.patient })}</span>
        {told.text}
      </p>
      <div className={own.body}>
        <h2>{say.canDo}</h2>
        <ol>
          {told.priority === "high" && (
            <>
              <li>
                <b>{fill(say.callOrGo, { name })}</b> {say.askDone}
              </li>
              <li>
                <Filled
                  text={say.cannotReach}
                  values={{ name, emergency: <Emergency number={page.emergency_telephone} /> }}
                />
              </li>
            </>
          )}
          {told.priority === "medium" && (
            <li>
              <b>{fill(say.askSoon, { name })}</b> {say.whetherDone}
            </li>
          )}
          {told.priority === "low" && <li>{fill(say.remind, { name })}</li>}
          {telephone && (
            <li>
              <Filled
                text={say.theirTeam}
                values={{ telephone: <Telephone number={telephone} /> }}
              />
            </li>
          )}
        </ol>
        <ul className={own.facts}>
          {isLost && (
            <li data-lost>
              <UnplugIcon size={20} /> {words("today").cannotReach}. {words("today").outOfDate}
            </li>
          )}
          <Fact isGood={told.patient_seen !== null}>
            {told.patient_seen === null
              ? fill(say.notSeen, { name })
              : fill(say.saw, { name, at: clockTime(told.patient_seen, now) })}
          </Fact>
          <Fact isGood={told.team === "answered"}>
            {
              {
                answered: say.answered,
                called: say.called,
                "not called": say.notCalled,
              }[told.team]
            }
          </Fact>
        </ul>
        <SeenButton told={told} onSeen={onSeen} />
      </div>
    </article>
  );
}

function Fact({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  return (
    <li data-good={isGood || undefined}>
      {isGood ? <CheckIcon size={20} /> : <ClockIcon size={20} />} {children}
    </li>
  );
}

/** A page that stands open in an empty room is no receipt: somebody must press. */
function SeenButton({ told, onSeen }: Pick<Props, "told" | "onSeen">) {
  const client = useQueryClient();
  const now = useNow();
  const say = words("relative");
  const seen = useMutation({
    mutationFn: () => api.callSeen(told.call_id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["told"] });
      onSeen?.();
    },
  });
  if (told.seen !== null) {
    return (
      <p className={own.seen} role="status">
        <EyeIcon size={22} /> {fill(say.youSaw, { at: clockTime(told.seen, now) })}
      </p>
    );
  }
  return (
    <>
      <Button
        className={own.press}
        size="lg"
        fullWidth
        leftSection={<EyeIcon size={22} />}
        loading={seen.isPending}
        onClick={() => seen.mutate()}
      >
        {say.press}
      </Button>
      <p className={own.hint}>
        {seen.error ? fill(say.notNoted, { words: seen.error.message }) : say.untilPressed}
      </p>
    </>
  );
}

export function Emergency({ number }: { number: string }) {
  return number ? <Telephone number={number} /> : words("relative").yourEmergency;
}

export function Telephone({ number }: { number: string }) {
  return (
    <a className={own.telephone} dir="ltr" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
      <PhoneIcon size={18} /> {number}
    </a>
  );
}
