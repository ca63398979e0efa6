// The entry itself: choices first, numbers next, what it makes of the score below, then save.

import { Button, NativeSelect, TextInput, UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useLivePatient, useNow } from "../../live";
import { CheckIcon, ChevronIcon } from "../../parts/icons";
import { useMe } from "../../session";
import { ACVPU } from "../../units";
import { hasRoom, send } from "../../unsaved";
import type { Absent, BedRound, Bedside, Observation, ToEnter } from "../../words";
import { REASONS } from "../patient/entered-words";
import { Choices } from "./choices";
import {
  AGO_MINUTES,
  EFFORTS,
  EMPTY,
  entryOf,
  type Field,
  type Fields,
  faultOf,
  fieldsOf,
  isAsked,
  isChoice,
  LIVE_MINUTES,
  lasting,
} from "./entry";
import { NumberField } from "./number-field";
import classes from "./observe.module.css";
import { Outcome } from "./outcome";
import { type Seen, seenOf } from "./seen";

type Props = {
  bedside: Bedside;
  ward: number | null;
  next: BedRound | null;
  /** An earlier entry that this one replaces. */
  corrects: Observation | null;
  onSaved: () => void;
};

const MORE = new Set(["capillary_refill", "respiratory_effort"]);

type Result = { kind: "saved" | "waiting" } | { kind: "wrong" | "unusual"; words: string } | null;

export function Form({ bedside, ward, next, corrects, onSaved }: Props) {
  const { patient, vitals } = bedside;
  const me = useMe().person.id;
  const now = useNow();
  const live = useLivePatient(patient.id);
  const [, go] = useLocation();
  const [fields, setFields] = useState<Fields>(() => (corrects ? fieldsOf(corrects) : {}));
  const [reason, setReason] = useState("");
  const [ago, setAgo] = useState(0);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [isMore, setMore] = useState(() => Object.keys(fields).some((vital) => MORE.has(vital)));
  const [isSaving, setSaving] = useState(false);
  const [result, setResult] = useState<Result>(null);
  const opened = useRef(now);
  const isHere = useIsHere();

  const put = (vital: string, field: Field) => {
    setResult(null);
    setFields((all) => ({ ...all, [vital]: field }));
  };
  const at = ago === 0 ? null : now - ago * 60_000;
  const entry = useMemo(() => entryOf(key, fields, vitals, null), [key, fields, vitals]);
  const seen = (info: ToEnter) => seenOf(info, bedside.last, live, now);
  const numbers = vitals.filter(
    ({ vital }) => !isChoice(vital) && (!MORE.has(vital) || isMore) && isAsked(vital, fields),
  );
  const hasFault = numbers.some((info) => faultOf(fields[info.vital]?.text ?? "", info) !== null);
  const fresh = numbers.flatMap((info) => {
    const found = seen(info);
    return found?.isNow && !fields[info.vital]?.text ? [{ info, found }] : [];
  });

  async function save(then: "stay" | "next" | "take back", isConfirmed = false) {
    const filed =
      then === "take back"
        ? { key, values: [], absent: [], confirmed: true }
        : entryOf(key, fields, vitals, at);
    if (!filed || isSaving || (corrects && reason.trim() === "")) return;
    if (!hasRoom()) {
      setResult({ kind: "wrong", words: "Too much is not saved yet. Wait for the server." });
      return;
    }
    setSaving(true);
    try {
      const waiting = { person: me, patient: patient.id, name: patient.name };
      // While it waits it keeps the time at which it was measured: the server's, for a ward's own
      // computer may be an hour wrong, and what is said to be an hour old rings no alarm.
      const sent = corrects
        ? { ...filed, at: corrects.at, corrects: corrects.id, reason, confirmed: true }
        : { ...filed, at: at ?? now, confirmed: isConfirmed };
      const answer = await send({ ...waiting, entry: sent }, () => isHere.current);
      if (!isHere.current) {
        onSaved();
        return; // who went elsewhere meanwhile stays there
      }
      if (answer && !answer.observation) {
        setResult({ kind: "unusual", words: answer.unusual.join(". ") });
        return;
      }
      setFields({});
      setAgo(0);
      setKey(crypto.randomUUID());
      setResult({ kind: answer ? "saved" : "waiting" });
      onSaved();
      if (corrects) {
        go(`/patients/${patient.id}`);
        return;
      }
      if (then === "next" && next?.patient) {
        go(`/patients/${next.patient.id}/observe?round=${ward}`);
      }
      window.scrollTo({ top: 0 });
    } catch (refusal) {
      setResult({ kind: "wrong", words: refusal instanceof Error ? refusal.message : "Refused." });
    } finally {
      setSaving(false);
    }
  }

  const byKey = useRef<(event: globalThis.KeyboardEvent) => void>(() => undefined);
  byKey.current = (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    // What is typed into a window over this page says nothing of the patient below it.
    if (event.defaultPrevented || target?.closest("[role=dialog], [role=menu]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      void save(next ? "next" : "stay");
      return;
    }
    if (target?.closest("input, textarea, select")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.toUpperCase();
    if ("ACVPU".includes(letter) && letter.length === 1) put("consciousness", { text: letter });
    else if (letter === "R") put("on_oxygen", { text: "air" });
    else if (letter === "O") put("on_oxygen", { text: "oxygen" });
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const heard = (event: globalThis.KeyboardEvent) => byKey.current(event);
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);

  const notAtAll = (reason: Absent) => {
    const wanted = bedside.bed?.parts.map((part) => part.parameter) ?? [];
    const missing = wanted.filter((vital) => !fields[vital]?.text);
    setFields((all) => ({
      ...all,
      ...Object.fromEntries(missing.map((vital) => [vital, { text: "", absent: reason }])),
    }));
  };

  return (
    <form
      className={classes.form}
      aria-label={`Observation of ${patient.name}`}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={onward}
    >
      {result?.kind === "saved" && (
        <p className={classes.saved} role="status">
          <CheckIcon /> Saved. {patient.name} is observed.
        </p>
      )}
      {result?.kind === "waiting" && (
        <p className={classes.waiting} role="status">
          Not saved yet: the server cannot be reached. It is kept and sent again.
        </p>
      )}
      <UnstyledButton
        className={classes.common}
        aria-pressed={fields.consciousness?.text === "A" && fields.on_oxygen?.text === "air"}
        onClick={() => {
          put("consciousness", { text: "A" });
          put("on_oxygen", { text: "air" });
        }}
      >
        <CheckIcon size={22} /> Alert, on air
      </UnstyledButton>
      <Choices
        legend="Consciousness"
        hint="Keys A C V P U"
        options={ACVPU.map(([value, label]) => ({ value, label, mark: value }))}
        field={fields.consciousness ?? EMPTY}
        put={(field) => put("consciousness", field)}
      />
      <Choices
        legend="Breathing"
        hint="Keys R (room air) and O"
        options={[
          { value: "air", label: "Air" },
          { value: "oxygen", label: "Oxygen" },
        ]}
        field={fields.on_oxygen ?? EMPTY}
        put={(field) => put("on_oxygen", field)}
      />
      <fieldset className={classes.numbers}>
        <legend>Measured</legend>
        {fresh.length > 1 && (
          <Button
            variant="default"
            h={44}
            className={classes.all}
            leftSection={<CheckIcon />}
            onClick={() => {
              for (const { info, found } of fresh) put(info.vital, asSeen(found));
            }}
          >
            Seen: take all {fresh.length} from the monitor
          </Button>
        )}
        <div className={classes.grid}>
          {numbers.map((info) => (
            <NumberField
              key={info.vital}
              info={info}
              field={fields[info.vital] ?? EMPTY}
              seen={seen(info)}
              put={(field) => put(info.vital, field)}
              confirm={(found) => put(info.vital, asSeen(found))}
            />
          ))}
        </div>
        {isMore && (
          <Choices
            legend="Effort of breathing"
            options={EFFORTS.map((value) => ({ value, label: value }))}
            field={fields.respiratory_effort ?? EMPTY}
            put={(field) => put("respiratory_effort", field)}
          />
        )}
        {!isMore && (
          <UnstyledButton className={classes.more} onClick={() => setMore(true)}>
            <ChevronIcon size={14} /> Capillary refill, effort of breathing
          </UnstyledButton>
        )}
      </fieldset>
      {corrects && (
        <TextInput
          label="Why it is corrected"
          value={reason}
          maxLength={500}
          autoComplete="off"
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <div className={classes.about} hidden={corrects !== null}>
        <NativeSelect
          label="Measured"
          value={String(ago)}
          onChange={(event) => setAgo(Number(event.currentTarget.value))}
          data={AGO_MINUTES.map((minutes) => ({
            value: String(minutes),
            label: minutes === 0 ? "Now" : `${lasting(minutes * 60_000)} ago`,
          }))}
        />
        <NativeSelect
          label="Not possible"
          value=""
          onChange={(event) => notAtAll(event.currentTarget.value as Absent)}
          data={[
            { value: "", label: "Everything else…" },
            ...Object.entries(REASONS).map(([value, label]) => ({ value, label })),
          ]}
        />
        {ago > LIVE_MINUTES && (
          <p>Measured more than an hour ago: it is charted and scored, and rings no alarm.</p>
        )}
      </div>
      <Outcome
        patient={patient.id}
        entry={entry}
        hasFault={hasFault}
        isCorrection={corrects !== null}
        ago={ago}
        opened={opened.current}
      >
        {result && (result.kind === "wrong" || result.kind === "unusual") && (
          <div className={classes.asked} role="alert">
            <b>{result.words.replace(/\.?$/, ".")}</b>
            {result.kind === "unusual" && (
              <Button color="dark" h={44} onClick={() => void save(next ? "next" : "stay", true)}>
                It is right: save
              </Button>
            )}
          </div>
        )}
        <div className={classes.acts}>
          {ward !== null && (
            <Link href={`/wards/${ward}/round`} className={classes.back}>
              Round
            </Link>
          )}
          {corrects ? (
            <>
              <Button
                variant="default"
                h={52}
                disabled={reason.trim() === ""}
                loading={isSaving}
                onClick={() => void save("take back")}
              >
                Take it back
              </Button>
              <Button
                h={52}
                className={classes.save}
                disabled={!entry || reason.trim() === ""}
                loading={isSaving}
                onClick={() => void save("stay")}
              >
                Save the correction
              </Button>
            </>
          ) : next?.patient ? (
            <>
              <Button
                variant="default"
                h={52}
                disabled={!entry}
                loading={isSaving}
                onClick={() => void save("stay")}
              >
                Save
              </Button>
              <Button
                h={52}
                className={classes.save}
                disabled={!entry}
                loading={isSaving}
                onClick={() => void save("next")}
              >
                Save, next {next.bed} {next.patient.name}
              </Button>
            </>
          ) : (
            <Button
              h={52}
              className={classes.save}
              disabled={!entry}
              loading={isSaving}
              onClick={() => void save("stay")}
            >
              Save
            </Button>
          )}
        </div>
      </Outcome>
    </form>
  );
}

/** Whether the form is still on the screen: an answer may take longer than somebody stays. */
function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}

/** What a monitor shows, looked at and found right: filed as seen. */
function asSeen(seen: Seen): Field {
  return { text: seen.text, ...(seen.device === null ? {} : { device: seen.device }) };
}

/** Enter goes to the next number, and from the last to saving. */
function onward(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  if (!(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("input, [data-save]")];
  all[all.indexOf(event.target) + 1]?.focus();
}
