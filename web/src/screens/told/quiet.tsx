// Quiet hours: when low messages wait. Says in the same breath what they never hold back.

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useId, useState } from "react";
import { fill, words } from "../../languages/speaking";
import { ClockIcon } from "../../parts/icons";
import type { NewQuiet, Quiet } from "../../words";
import { ofPatient } from "./for-carers";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";
import { Why } from "./why-field";
import { hoursInWords, placeOf } from "./words";

const NIGHT = { starts: "22:00", ends: "07:00" };
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

type Props = {
  quiet: Quiet | null;
  /** Left out: one's own, of a relative. */
  whose?: Whose;
  save: (said: NewQuiet) => Promise<unknown>;
};

export function QuietBox({ quiet, whose, save }: Props) {
  const [isChanging, setChanging] = useState(false);
  const hours = quiet && hoursInWords(quiet);
  const isOwn = whose?.isOwn ?? true;
  const say = words("told");
  const [before, after] = say.andDevices.split("{always}");
  return (
    <section className={classes.box} aria-labelledby="quiet">
      <h2 id="quiet">{say.quiet}</h2>
      <p className={classes.big} data-none={!hours || undefined}>
        <ClockIcon size={28} />
        <span>{hours ?? say.none}</span>
        {hours && quiet.zone !== ownZone() && (
          <small>{fill(say.byClock, { zone: placeOf(quiet.zone) })}</small>
        )}
      </p>
      {quiet && !quiet.is_own && (
        <p className={classes.by}>
          {fill(quiet.why ? say.setByWhy : say.setBy, {
            name: quiet.made_by ?? "",
            why: quiet.why ?? "",
          })}
        </p>
      )}
      <ul className={classes.rules}>
        <li>{isOwn ? say.notTold : ofPatient(whose?.name ?? "").notTold}</li>
        <li>
          {before}
          <b>{say.alwaysThrough}</b>
          {after}
        </li>
        <li>{say.waits}</li>
      </ul>
      {isChanging ? (
        <Form quiet={quiet} isOwn={isOwn} save={save} onDone={() => setChanging(false)} />
      ) : (
        <Button variant="default" h={52} className={classes.act} onClick={() => setChanging(true)}>
          {hours ? say.changeQuiet : say.setQuiet}
        </Button>
      )}
    </section>
  );
}

type FormProps = Pick<Props, "quiet" | "save"> & { isOwn: boolean; onDone: () => void };

function Form({ quiet, isOwn, save, onDone }: FormProps) {
  const [starts, setStarts] = useState(quiet?.starts ?? NIGHT.starts);
  const [ends, setEnds] = useState(quiet?.ends ?? NIGHT.ends);
  const [zone, setZone] = useState(quiet?.zone ?? ownZone());
  const [why, setWhy] = useState("");
  const act = useChoice(save, onDone);
  const wrong = useId();
  const say = words("told");
  const isSame = starts === ends;
  const isReady = starts !== "" && ends !== "" && !isSame && (isOwn || why.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) act.mutate({ starts, ends, zone, why });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <div className={classes.pair}>
        <TextInput
          type="time"
          label={say.from}
          size="lg"
          required
          value={starts}
          data-autofocus
          onChange={(event) => setStarts(event.currentTarget.value)}
        />
        <TextInput
          type="time"
          label={say.until}
          size="lg"
          required
          value={ends}
          error={isSame && say.otherTime}
          onChange={(event) => setEnds(event.currentTarget.value)}
        />
      </div>
      <NativeSelect
        label={say.clockOf}
        size="lg"
        value={zone}
        data={zones(zone).map((one) => ({ value: one, label: one.replaceAll("_", " ") }))}
        onChange={(event) => setZone(event.currentTarget.value)}
      />
      {!isOwn && <Why why={why} setWhy={setWhy} />}
      {act.error && (
        <p id={wrong} role="alert" className={classes.wrong}>
          {act.error.message}
        </p>
      )}
      <div className={classes.ends}>
        <Button variant="default" h={52} onClick={onDone}>
          {say.cancel}
        </Button>
        {quiet?.starts && (
          <Button
            variant="default"
            h={52}
            disabled={!isOwn && why.trim() === ""}
            loading={act.isPending}
            onClick={() => act.mutate({ starts: null, ends: null, zone, why })}
          >
            {say.noQuiet}
          </Button>
        )}
        <Button type="submit" h={52} disabled={!isReady} loading={act.isPending}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}

/** Every zone this browser knows, with the one that is set. */
function zones(current: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(current) ? known : [current, ...known];
}
