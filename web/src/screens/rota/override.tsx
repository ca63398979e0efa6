// Somebody else on call: from, to, and one press on who.

import { Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { Meanwhile, useAgain } from "../../parts/meanwhile";
import { staffApi } from "../../staff-api";
import type { NewOverride, Rota, WardRotas } from "../../words";
import { localOf, momentOf } from "./calendar";
import classes from "./rota.module.css";
import { namesOf, useAct, useLook } from "./use-rotas";

export type Asked = { rota: Rota; starts: number; ends: number };

type Props = { asked: Asked | null; ward: WardRotas; onClose: () => void };

export function OverrideDialog({ asked, ward, onClose }: Props) {
  return (
    <Dialog
      size="lg"
      isOpen={asked !== null}
      onClose={onClose}
      title={asked ? `${asked.rota.name}: who is on call?` : ""}
    >
      {asked && <Choice key={asked.starts} asked={asked} ward={ward} onDone={onClose} />}
    </Dialog>
  );
}

type ChoiceProps = { asked: Asked; ward: WardRotas; onDone: () => void };

function Choice({ asked, ward, onDone }: ChoiceProps) {
  const look = useLook(ward.ward_id);
  const held = useAgain(asked.rota, async () =>
    (await look()).rotas.find(({ id }) => id === asked.rota.id),
  );
  const rota = held.seen;
  const [starts, setStarts] = useState(localOf(asked.starts, rota.zone));
  const [ends, setEnds] = useState(localOf(asked.ends, rota.zone));
  const [isAlso, setIsAlso] = useState(false);
  const [why, setWhy] = useState("");
  const act = useAct((change: NewOverride) => staffApi.override(rota.id, change), onDone);
  const from = momentOf(starts, rota.zone);
  const to = momentOf(ends, rota.zone);
  const wrong = from === null || to === null || to <= from ? "It ends after it starts." : null;
  const choose = (stand_in_id: number) => {
    if (from === null || to === null || wrong || act.isPending) return;
    // What begins "now" began when the dialog opened: nobody waits for the next minute.
    const begins = starts === localOf(asked.starts, rota.zone) ? asked.starts : from;
    const kind = isAlso ? "add" : "replace";
    const changes_seen = rota.changes;
    act.mutate({ kind, starts: begins, ends: to, stand_in_id, person_id: null, why, changes_seen });
  };
  const before = rota.spans.find((span) => span.starts <= asked.starts && span.ends > asked.starts);
  return (
    <Stack gap="md">
      <div className={classes.times}>
        <TextInput
          type="datetime-local"
          label="From"
          value={starts}
          onChange={(event) => setStarts(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="To"
          value={ends}
          error={wrong}
          onChange={(event) => setEnds(event.currentTarget.value)}
        />
      </div>
      <Text c="var(--hw-quiet)" fz="sm">
        {before?.people.length
          ? `Instead of ${namesOf(ward, before.people)}. `
          : "Nobody is on call then. "}
        Times are of {rota.zone}.
      </Text>
      <Meanwhile error={act.error} again={() => held.again().then(act.reset)}>
        {held.isNew && (
          <p>
            Now on call then:{" "}
            <b>{before?.people.length ? namesOf(ward, before.people) : "nobody"}</b>. Choose, if it
            is still to be somebody else.
          </p>
        )}
      </Meanwhile>
      <div className={classes.choices}>
        {ward.people.map((one, place) => (
          <button
            key={one.id}
            type="button"
            className={classes.choice}
            data-autofocus={place === 0 || undefined}
            disabled={act.isPending || wrong !== null}
            onClick={() => choose(one.id)}
          >
            {one.name}
            <small data-there={one.is_there || undefined}>
              {one.is_there ? "at a screen" : ""}
            </small>
          </button>
        ))}
      </div>
      <Checkbox
        label="As well as who is on call, not instead"
        checked={isAlso}
        onChange={(event) => setIsAlso(event.currentTarget.checked)}
      />
      <TextInput
        label="Why (optional)"
        placeholder="Ill, swapped, ..."
        maxLength={300}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Stack>
  );
}
