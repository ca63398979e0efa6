// Who was told of what and when, as receipts in plain words.

import { clockTime, count } from "../../languages/counting";
import { Filled } from "../../languages/filled";
import { words } from "../../languages/speaking";
import { useNow } from "../../live";
import { CheckIcon, ClockIcon, WarningIcon } from "../../parts/icons";
import type { AlarmTold, PersonTold } from "../../words";
import { ofPatient } from "./for-carers";
import classes from "./told.module.css";
import type { Whose } from "./use-telling";
import { receiptOf, urgency } from "./words";

const FIRST = 3;
const ICONS = { fine: CheckIcon, watch: ClockIcon, act: WarningIcon };

export function Receipts({ whose, told }: { whose: Whose; told: readonly AlarmTold[] }) {
  const say = words("told");
  const [first, later] = [told.slice(0, FIRST), told.slice(FIRST)];
  return (
    <section className={classes.box} aria-labelledby="receipts">
      <h2 id="receipts">{say.receipts}</h2>
      {told.length === 0 && (
        <p>{whose.isOwn ? say.nothingYet : ofPatient(whose.name).nothingYet}</p>
      )}
      {first.map((one) => (
        <AlarmReceipt key={one.alarm_id} told={one} whose={whose} />
      ))}
      {later.length > 0 && (
        <details className={classes.later}>
          <summary>{count(say.more, later.length)}</summary>
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
        <b>{urgency(told.priority)}</b>
        <time>{clockTime(told.raised, now)}</time>
        {isOver && <span>{words("told").isOver}</span>}
      </header>
      <p dir="auto">{told.text}</p>
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
  const say = words("told");
  const who = {
    patient: whose.isOwn ? say.you : whose.name,
    relative: person.name ?? say.relative,
    carer: whose.isOwn ? say.team : ofPatient(whose.name).team,
  }[person.audience];
  return (
    <li data-tone={receipt.tone}>
      <Icon size={20} />
      <span>
        <Filled text={say.line} values={{ who: <b>{who}</b>, receipt: receipt.text }} />
      </span>
    </li>
  );
}
