// A new rota: people who take turns, or shifts.

import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { staffApi } from "../../staff-api";
import type { NewRota, WardRotas } from "../../words";
import { PlanFields } from "./plan-form";
import { draftOf, missingOf, planOf } from "./plan-words";
import classes from "./rota.module.css";
import { useAct } from "./use-rotas";

type Props = { ward: WardRotas; isOpen: boolean; onClose: () => void };

export function AddRota({ ward, isOpen, onClose }: Props) {
  return (
    <Dialog size="lg" isOpen={isOpen} onClose={onClose} title={`A rota for ${ward.ward}`}>
      <Form ward={ward} onDone={onClose} />
    </Dialog>
  );
}

function Form({ ward, onDone }: { ward: WardRotas; onDone: () => void }) {
  const [name, setName] = useState("");
  const [draft, setDraft] = useState(() => draftOf(null));
  const zone = ward.rotas[0]?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const add = useAct((rota: NewRota) => staffApi.addRota(ward.ward_id, rota), onDone);
  const isReady = name.trim() !== "" && missingOf(draft) === null;
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
      <PlanFields draft={draft} setDraft={setDraft} people={ward.people} />
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
        <Button
          h={44}
          disabled={!isReady}
          loading={add.isPending}
          onClick={() => add.mutate({ name, why: "", plan: planOf(draft, zone, ward.now) })}
        >
          Add the rota
        </Button>
      </div>
    </Stack>
  );
}
