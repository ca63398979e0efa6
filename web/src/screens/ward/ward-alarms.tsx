// The alarms of a ward: of its beds, and of nobody's.

import { keyOf } from "../../ahead";
import {
  byUrgency,
  countByPriority,
  MARKS,
  needsAnswer,
  PRIORITIES,
  withoutParts,
} from "../../alarms";
import { isInSight } from "../../in-sight";
import { live, useAlarms } from "../../live";
import { useAlarmsLater } from "../../live-of";
import { AlarmBar } from "../../parts/alarm-bar";
import { AlarmList, whereOf } from "../../parts/alarm-list";
import type { Alarm, BoardPlaces } from "../../words";
import classes from "./board.module.css";

/** Alarms of these beds, and of this ward where nobody lies any more; worst first. */
export function wardAlarms(board: BoardPlaces, alarms: readonly Alarm[]): Alarm[] {
  const here = patientsOf(board);
  return alarms
    .filter((alarm) => here.has(alarm.patient_id) || isInSight(alarm, { ward: board.ward.id }))
    .sort(byUrgency);
}

export function patientsOf(board: BoardPlaces): ReadonlySet<number | null> {
  return new Set(board.beds.flatMap((bed) => bed.patient?.id ?? []));
}

/** The most urgent alarm that can be answered now, of this patient or of anybody here. */
export function firstToAnswer(board: BoardPlaces, patient: number | null): Alarm | null {
  const mine = withoutParts(wardAlarms(board, live.getAlarms())).filter(
    (one) => patient === null || one.patient_id === patient,
  );
  const first = mine.find(needsAnswer);
  return first && !first.is_ahead ? first : null; // one without a number cannot be answered
}

/** How many alarms nobody has answered, by priority. */
export function Counts({ board, open }: { board: BoardPlaces; open: () => void }) {
  const counts = countByPriority(withoutParts(wardAlarms(board, useAlarmsLater())));
  return (
    <fieldset className={classes.counts} aria-label="Alarms not answered">
      {PRIORITIES.map((priority) => (
        <button
          key={priority}
          type="button"
          className={classes.count}
          data-priority={priority}
          data-some={counts[priority] > 0}
          onClick={open}
        >
          <span aria-hidden="true">{MARKS[priority]}</span> {counts[priority]} {priority}
        </button>
      ))}
    </fieldset>
  );
}

type LooseProps = {
  board: BoardPlaces;
  /** Whose beds stand on this screen, with their alarms. */
  shown: ReadonlySet<number | null>;
  acknowledge: (alarm: Alarm) => void;
};

/** Alarms of no bed here: of devices nobody wears, of Homeward itself, of who came this moment. */
export function Loose({ board, shown, acknowledge }: LooseProps) {
  const alarms = wardAlarms(board, useAlarms());
  const loose = withoutParts(
    alarms.filter((one) => needsAnswer(one) && !shown.has(one.patient_id)),
  );
  if (loose.length === 0) return null;
  return (
    <section className={classes.loose} aria-label="Alarms of no bed">
      {loose.map((alarm) => (
        <AlarmBar
          key={keyOf(alarm)}
          alarm={alarm}
          acknowledge={acknowledge}
          where={whereOf(alarm)}
        />
      ))}
    </section>
  );
}

type ListProps = Omit<LooseProps, "shown"> & { isOpen: boolean; close: () => void };

const NONE: readonly Alarm[] = [];

export function List({ board, ...rest }: ListProps) {
  const alarms = useAlarmsLater();
  return <AlarmList {...rest} alarms={rest.isOpen ? wardAlarms(board, alarms) : NONE} />;
}
