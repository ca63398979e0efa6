// Who was told of what and when, as receipts in plain words.

import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { CheckIcon, ClockIcon, WarningIcon } from "../../parts/icons";
import type { AlarmTold, PersonTold } from "../../words";
import classes from "./told.module.css";
import type { Whose } from "./use-telling";
import { receiptOf, URGENCY } from "./words";

const FIRST = 3;
const ICONS = { fine: CheckIcon, watch: ClockIcon, act: WarningIcon };

export function Receipts({ whose, told }: { whose: Whose; told: readonly AlarmTold[] }) {
  const [first, later] = [told.slice(0, FIRST), told.slice(FIRST)];
  return (
    <section className={classes.box} aria-labelledby="receipts">
      <h2 id="receipts">Who was told</h2>
      {told.length === 0 && (
        <p>
          Nothing in the last four weeks. Once {whose.isOwn ? "you are" : `${whose.name} is`} told
          of something, here stands who else was, and who has seen it.
        </p>
      )}
      {first.map((one) => (
        <AlarmReceipt key={one.alarm_id} told={one} whose={whose} />
      ))}
      {later.length > 0 && (
        <details className={classes.later}>
          <summary>{later.length} more in the last four weeks</summary>
          {later.map((one) => (
            <AlarmReceipt key={one.alarm_id} told={one} whose={whose} />
          ))}
        </details>
      )}
    </section>
  );
}

function AlarmReceipt({ told, whose }: { told: AlarmTold; whose: Whose }) {
  const now = useNow();
  const isOver = told.over !== null;
  return (
    <article className={classes.told} data-priority={told.priority} data-over={isOver || undefined}>
      <header>
        <b>{URGENCY[told.priority]}</b>
        <time>{clockTime(told.raised, now)}</time>
        {isOver && <span>It is over.</span>}
      </header>
      <p>{told.text}</p>
      <ul>
        {told.people.map((person) => (
          <PersonLine
            key={`${person.audience} ${person.name}`}
            person={person}
            isOver={isOver}
            whose={whose}
            now={now}
          />
        ))}
      </ul>
    </article>
  );
}

type LineProps = { person: PersonTold; isOver: boolean; whose: Whose; now: number };

function PersonLine({ person, isOver, whose, now }: LineProps) {
  const receipt = receiptOf(person, isOver, now);
  const Icon = ICONS[receipt.tone];
  const who = {
    patient: whose.isOwn ? "You" : whose.name,
    relative: person.name ?? "A relative",
    carer: whose.isOwn ? "Your care team" : "The care team",
  }[person.audience];
  return (
    <li data-tone={receipt.tone}>
      <Icon size={20} />
      <span>
        <b>{who}</b>: {receipt.text}
      </span>
    </li>
  );
}
