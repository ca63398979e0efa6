// A new rota: people who take turns, or the three shifts of a day.

import { Button, Checkbox, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api";
import { Dialog } from "../../parts/dialog";
import type { NewRota, WardRotas } from "../../words";
import { localOf } from "./calendar";
import classes from "./rota.module.css";
import { useAct } from "./use-rotas";

type Props = { ward: WardRotas; isOpen: boolean; onClose: () => void };
const SHIFTS = [
  { name: "early", starts: "06:00", ends: "14:00" },
  { name: "late", starts: "14:00", ends: "22:00" },
  { name: "night", starts: "22:00", ends: "06:00" },
] as const;
const TURNS = [
  { value: "24", label: "every day" },
  { value: "12", label: "every 12 hours" },
  { value: "168", label: "every week" },
  { value: "0", label: "early, late and night shift" },
];

/** The day whose turn runs now, so that the first in the order is on call at once. */
function beganOn(now: number, handover: string, zone: string): string {
  const isBefore = localOf(now, zone).slice(11) < handover;
  return localOf(isBefore ? now - 24 * 3_600_000 : now, zone).slice(0, 10);
}

export function AddRota({ ward, isOpen, onClose }: Props) {
  return (
    <Dialog size="lg" isOpen={isOpen} onClose={onClose} title={`A rota for ${ward.ward}`}>
      <Form ward={ward} onDone={onClose} />
    </Dialog>
  );
}

function Form({ ward, onDone }: { ward: WardRotas; onDone: () => void }) {
  const [name, setName] = useState("");
  const [turn, setTurn] = useState("24");
  const [handover, setHandover] = useState("07:00");
  const [people, setPeople] = useState<Record<string, number[]>>({});
  const zone = ward.rotas[0]?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const add = useAct((rota: NewRota) => api.addRota(ward.ward_id, rota), onDone);
  const isShifts = turn === "0";
  const groups = isShifts ? SHIFTS.map((shift) => shift.name) : ["turns"];
  const isReady = name.trim() !== "" && groups.every((group) => people[group]?.length);
  const toggle = (group: string, id: number) => {
    const before = people[group] ?? [];
    const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
    setPeople({ ...people, [group]: after });
  };
  const save = () =>
    add.mutate({
      name,
      why: "",
      plan: {
        zone,
        turn_hours: Number(turn),
        handover,
        begins: beganOn(ward.now, handover, zone),
        people: isShifts ? [] : (people.turns ?? []),
        shifts: isShifts
          ? SHIFTS.map((shift) => ({
              ...shift,
              weekdays: [0, 1, 2, 3, 4, 5, 6],
              people: people[shift.name] ?? [],
            }))
          : [],
      },
    });
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        placeholder="Nurses"
        maxLength={60}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className={classes.times}>
        <NativeSelect
          label="They change"
          value={turn}
          data={TURNS}
          onChange={(event) => setTurn(event.currentTarget.value)}
        />
        {!isShifts && (
          <TextInput
            type="time"
            label="Handover at"
            value={handover}
            onChange={(event) => setHandover(event.currentTarget.value)}
          />
        )}
      </div>
      {groups.map((group) => (
        <fieldset key={group} className={classes.group}>
          <legend>{isShifts ? `On the ${group} shift, together` : "In the order ticked"}</legend>
          {ward.people.map((one) => {
            const place = (people[group] ?? []).indexOf(one.id);
            return (
              <Checkbox
                key={one.id}
                checked={place >= 0}
                label={place >= 0 && !isShifts ? `${one.name} (${place + 1}.)` : one.name}
                onChange={() => toggle(group, one.id)}
              />
            );
          })}
        </fieldset>
      ))}
      <Text c="var(--hw-quiet)" fz="sm">
        Times are of {zone}. When the clock changes, the handover stays at its time.
      </Text>
      {add.error && (
        <Text role="alert" c="var(--hw-act)">
          {add.error.message}
        </Text>
      )}
      <div className={classes.acts}>
        <Button variant="default" h={44} onClick={onDone}>
          Cancel
        </Button>
        <Button h={44} disabled={!isReady} loading={add.isPending} onClick={save}>
          Add the rota
        </Button>
      </div>
    </Stack>
  );
}
