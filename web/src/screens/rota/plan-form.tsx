// The fields of a plan: who takes turns in which order, or shifts with their days.

import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { PlusIcon } from "../../parts/icons";
import { ArrowIcon } from "../../parts/staff-icons";
import type { Named } from "../../words";
import { DAYS, type Draft, type DraftShift, earlier, newShift, turnInWords } from "./plan-words";
import classes from "./rota.module.css";
import { nameOf } from "./use-rotas";

const TURNS = [24, 12, 168];
const SHIFTS_MAX = 20;

type Props = { draft: Draft; setDraft: (draft: Draft) => void; people: readonly Named[] };

export function PlanFields({ draft, setDraft, people }: Props) {
  const change = (to: Partial<Draft>) => setDraft({ ...draft, ...to });
  const turns = [...new Set([...TURNS, draft.turn_hours])].filter((hours) => hours > 0);
  return (
    <>
      <div className={classes.times}>
        <NativeSelect
          label="They change"
          value={String(draft.turn_hours)}
          data={[
            ...turns.map((hours) => ({ value: String(hours), label: turnInWords(hours) })),
            { value: "0", label: "by shifts" },
          ]}
          onChange={(event) => change({ turn_hours: Number(event.currentTarget.value) })}
        />
        {draft.turn_hours > 0 && (
          <TextInput
            type="time"
            label="Handover at"
            value={draft.handover}
            onChange={(event) => change({ handover: event.currentTarget.value })}
          />
        )}
      </div>
      {draft.turn_hours > 0 ? (
        <Turns order={draft.people} setOrder={(order) => change({ people: order })} all={people} />
      ) : (
        <Shifts shifts={draft.shifts} setShifts={(shifts) => change({ shifts })} all={people} />
      )}
    </>
  );
}

type TurnsProps = { order: number[]; setOrder: (order: number[]) => void; all: readonly Named[] };

function Turns({ order, setOrder, all }: TurnsProps) {
  return (
    <fieldset className={classes.group}>
      <legend>Who takes turns, in the order ticked</legend>
      <People chosen={order} choose={setOrder} all={all} isOrdered />
      {order.length > 1 && (
        <ol className={classes.order} aria-label="Order">
          {order.map((id, place) => (
            <li key={id}>
              {place + 1}. {nameOf(all, id)}
              {place > 0 && (
                <button
                  type="button"
                  className={classes.chip}
                  aria-label={`${nameOf(all, id)} earlier`}
                  onClick={() => setOrder(earlier(order, place))}
                >
                  <ArrowIcon size={16} style={{ rotate: "-90deg" }} />
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
    </fieldset>
  );
}

type PeopleProps = {
  chosen: readonly number[];
  choose: (people: number[]) => void;
  all: readonly Named[];
  isOrdered?: boolean;
};

function People({ chosen, choose, all, isOrdered = false }: PeopleProps) {
  return all.map((one) => {
    const place = chosen.indexOf(one.id);
    return (
      <Checkbox
        key={one.id}
        checked={place >= 0}
        label={place >= 0 && isOrdered ? `${one.name} (${place + 1}.)` : one.name}
        onChange={() =>
          choose(place >= 0 ? chosen.filter((id) => id !== one.id) : [...chosen, one.id])
        }
      />
    );
  });
}

type ShiftsProps = {
  shifts: DraftShift[];
  setShifts: (shifts: DraftShift[]) => void;
  all: readonly Named[];
};

function Shifts({ shifts, setShifts, all }: ShiftsProps) {
  return (
    <>
      {shifts.map((shift) => (
        <ShiftFields
          key={shift.key}
          shift={shift}
          all={all}
          change={(to) =>
            setShifts(shifts.map((one) => (one.key === shift.key ? { ...one, ...to } : one)))
          }
          remove={() => setShifts(shifts.filter((one) => one.key !== shift.key))}
        />
      ))}
      <Button
        variant="default"
        h={44}
        leftSection={<PlusIcon />}
        disabled={shifts.length >= SHIFTS_MAX}
        onClick={() => setShifts([...shifts, newShift("", "08:00", "16:00")])}
      >
        Add a shift
      </Button>
    </>
  );
}

type ShiftProps = {
  shift: DraftShift;
  all: readonly Named[];
  change: (to: Partial<DraftShift>) => void;
  remove: () => void;
};

function ShiftFields({ shift, all, change, remove }: ShiftProps) {
  const { name, starts, ends, weekdays, people } = shift;
  const which = name.trim() || "new shift";
  const isOvernight = starts !== "" && ends !== "" && ends <= starts;
  const toggle = (day: number) =>
    change({
      weekdays: weekdays.includes(day) ? weekdays.filter((one) => one !== day) : [...weekdays, day],
    });
  return (
    <fieldset className={classes.shift} aria-label={`Shift ${which}`}>
      <div className={classes.shiftTimes}>
        <TextInput
          label="Shift"
          placeholder="early"
          maxLength={60}
          value={name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label="From"
          value={starts}
          onChange={(event) => change({ starts: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label={isOvernight ? "Until, next day" : "Until"}
          value={ends}
          onChange={(event) => change({ ends: event.currentTarget.value })}
        />
        <button
          type="button"
          className={classes.chip}
          aria-label={`Remove shift ${which}`}
          onClick={remove}
        >
          Remove
        </button>
      </div>
      <fieldset aria-label={`Weekdays of ${which}`} className={classes.weekdays}>
        {DAYS.map((day, number) => (
          <button
            key={day}
            type="button"
            className={classes.weekday}
            aria-pressed={weekdays.includes(number)}
            onClick={() => toggle(number)}
          >
            {day}
          </button>
        ))}
      </fieldset>
      <fieldset aria-label={`On ${which}, together`} className={classes.shiftPeople}>
        <People chosen={people} choose={(chosen) => change({ people: chosen })} all={all} />
      </fieldset>
    </fieldset>
  );
}
