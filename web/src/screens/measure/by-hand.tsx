// A value by hand: what cannot be is not sent, and what is rare is asked about once.

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import {
  type Checked,
  checked,
  type Said,
  THINGS,
  type Thing,
  UNITS,
  type Unit,
  type Vital,
} from "../../home/by-hand";
import { useOnce } from "../../home/once";
import { sending } from "../../home/sending";
import type { Units } from "../../home/shell";
import { apart, words } from "../../languages/speaking";
import { live } from "../../live";
import classes from "./measure.module.css";

const UNIT_KEY = "homeward-unit-";

type Props = { patient: number; units: Units };

export function ByHand({ patient, units }: Props) {
  const say = words("measure");
  const [thing, setThing] = useState<Thing>(THINGS[0] as Thing);
  return (
    <section className={classes.card} aria-labelledby="hand">
      <h2 id="hand">{say.hand}</h2>
      <NativeSelect
        size="lg"
        label={say.what}
        data={THINGS.map(({ name }) => ({ value: name, label: say[name] }))}
        value={thing.name}
        onChange={({ currentTarget }) => {
          const chosen = THINGS.find(({ name }) => name === currentTarget.value);
          if (chosen) setThing(chosen);
        }}
      />
      <Values key={thing.name} thing={thing} patient={patient} units={units} />
    </section>
  );
}

function Values({ thing, patient, units: usual }: Props & { thing: Thing }) {
  const say = words("measure");
  const [texts, setTexts] = useState<Partial<Record<Vital, string>>>({});
  const [units, setUnits] = useState<Partial<Record<Vital, Unit>>>({});
  const [found, setFound] = useState<Checked | null>(null);
  const [when, setWhen] = useState("");
  const [trouble, setTrouble] = useState("");
  const at = when ? new Date(when).getTime() : null; // a time on this telephone's wall
  const unitOf = (vital: Vital) => units[vital] ?? chosenUnit(vital, usual);
  const send = useOnce(async ({ values }: Checked) => {
    try {
      const entry = { at: at ?? Math.round(live.now()), values };
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      await sending.add([{ patient, meter: "", zone, entry }]);
      setTexts({});
      setWhen("");
      setFound(null);
      setTrouble("");
    } catch {
      setTrouble(say.noDisk);
    }
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said: Said[] = thing.vitals.map((vital) => ({
      vital,
      text: texts[vital] ?? "",
      unit: unitOf(vital),
    }));
    const now = checked(thing, said);
    const isToCome = at !== null && at > live.now();
    setTrouble(isToCome ? say.notYet : "");
    setFound(isToCome ? null : now);
    if (isToCome) return;
    if (!now.wrong.length && !now.isCrossed && !now.rare.length) void send(now);
  };
  const isAsked =
    found !== null && !found.wrong.length && !found.isCrossed && found.rare.length > 0;
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {thing.vitals.map((vital) => (
        <Field
          key={vital}
          label={labelOf(thing, vital)}
          text={texts[vital] ?? ""}
          vital={vital}
          unit={unitOf(vital)}
          error={found?.wrong.includes(vital) ? say.wrong : null}
          onText={(text) => {
            setFound(null);
            setTexts({ ...texts, [vital]: text });
          }}
          onUnit={(unit) => {
            setFound(null);
            keepUnit(vital, unit);
            setUnits({ ...units, [vital]: unit });
          }}
        />
      ))}
      <TextInput
        size="lg"
        type="datetime-local"
        label={say.when}
        value={when}
        onChange={({ currentTarget }) => {
          setFound(null);
          setWhen(currentTarget.value);
        }}
      />
      {found?.isCrossed && <p role="alert">{say.crossed}</p>}
      {trouble && <p role="alert">{trouble}</p>}
      {isAsked ? (
        <div className={classes.asked} role="alert">
          <b>
            {found.values
              .filter(({ vital }) => found.rare.includes(vital as Vital))
              .map(({ vital, value }) => apart(`${value} ${unitOf(vital as Vital).written}`))
              .join(", ")}
          </b>
          <span>{say.rare}</span>
          <div className={classes.acts}>
            <Button size="lg" mih={56} onClick={() => void send(found)}>
              {say.yes}
            </Button>
            <Button size="lg" mih={56} variant="default" onClick={() => setFound(null)}>
              {say.change}
            </Button>
          </div>
        </div>
      ) : (
        <Button type="submit" size="lg" mih={56}>
          {say.send}
        </Button>
      )}
    </form>
  );
}

type FieldProps = {
  label: string;
  text: string;
  vital: Vital;
  unit: Unit;
  error: string | null;
  onText: (text: string) => void;
  onUnit: (unit: Unit) => void;
};

function Field({ label, text, vital, unit, error, onText, onUnit }: FieldProps) {
  const choices: readonly Unit[] = UNITS[vital];
  return (
    <div className={classes.pair}>
      <TextInput
        size="lg"
        label={label}
        inputMode="decimal"
        dir="ltr"
        autoComplete="off"
        value={text}
        error={error}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      {choices.length > 1 ? (
        <NativeSelect
          size="lg"
          aria-label={words("measure").unit}
          data={choices.map(({ ucum, written }) => ({ value: ucum, label: written }))}
          value={unit.ucum}
          onChange={({ currentTarget }) => {
            const chosen = choices.find(({ ucum }) => ucum === currentTarget.value);
            if (chosen) onUnit(chosen);
          }}
        />
      ) : (
        <bdi className={classes.unit}>{unit.written}</bdi>
      )}
    </div>
  );
}

function labelOf(thing: Thing, vital: Vital): string {
  const say = words("measure");
  const isOptional = thing.isLastOptional && vital === thing.vitals.at(-1);
  return isOptional ? `${say[vital]} (${say.optional})` : say[vital];
}

/** The unit this person chose: of glucose for all of their pages, or of what was taken last on this
 * telephone. Where nobody chose, glucose is asked as the house has it. */
function chosenUnit(vital: Vital, { glucose_unit, is_unit_chosen }: Units): Unit {
  const last = localStorage.getItem(UNIT_KEY + vital);
  const isOurs = vital === "glucose" && (is_unit_chosen || last === null);
  const kept = isOurs ? glucose_unit : last;
  return UNITS[vital].find(({ ucum }) => ucum === kept) ?? UNITS[vital][0];
}

function keepUnit(vital: Vital, { ucum }: Unit): void {
  localStorage.setItem(UNIT_KEY + vital, ucum);
}
