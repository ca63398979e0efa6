// What can be done to one device: give it to somebody, let it in again, shut it out.

import { Button, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api";
import { Dialog } from "../../parts/dialog";
import type { Device } from "../../words";
import { Token, Wrong } from "./add-device";
import classes from "./devices.module.css";
import { useAct, usePlaces } from "./use-devices";

export type Act = { act: "patient" | "token" | "revoke"; device: Device };

const TITLES = { patient: "Who wears", token: "A token for", revoke: "Revoke" };

export function Acting({ acting, onClose }: { acting: Act | null; onClose: () => void }) {
  return (
    <Dialog
      size="lg"
      isOpen={acting !== null}
      onClose={onClose}
      title={acting ? `${TITLES[acting.act]} ${acting.device.name}` : ""}
    >
      {acting?.act === "patient" && <ChangePatient device={acting.device} onDone={onClose} />}
      {acting?.act === "token" && <Token device={acting.device.name} onDone={onClose} />}
      {acting?.act === "revoke" && <Revoke device={acting.device} onDone={onClose} />}
    </Dialog>
  );
}

type Props = { device: Device; onDone: () => void };

function ChangePatient({ device, onDone }: Props) {
  const before = device.patient_id === null ? "" : String(device.patient_id);
  const [patient, setPatient] = useState(before);
  const places = usePlaces(true);
  const bind = useAct((to: string) => api.bind(device.name, to === "" ? null : Number(to)), onDone);
  return (
    <Stack gap="md">
      <Text>
        From now on its readings belong to the person chosen here. What was measured before stays
        with whom it was measured on.
      </Text>
      <NativeSelect
        label="Worn by"
        value={patient}
        data={[
          { value: "", label: "Nobody" },
          ...(places.data ?? []).map(({ id, words }) => ({ value: String(id), label: words })),
        ]}
        data-autofocus
        onChange={(event) => setPatient(event.currentTarget.value)}
      />
      {bind.error && <Wrong words={bind.error.message} />}
      <div className={classes.acts}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          disabled={patient === before}
          loading={bind.isPending}
          onClick={() => bind.mutate(patient)}
        >
          Change
        </Button>
      </div>
    </Stack>
  );
}

const REASONS = ["Lost or stolen", "Broken", "Key may be known", "No longer used", "Other"];

function Revoke({ device, onDone }: Props) {
  const [reason, setReason] = useState(REASONS[0] ?? "");
  const [note, setNote] = useState("");
  const revoke = useAct((why: string) => api.revoke(device.name, why), onDone);
  return (
    <Stack gap="md">
      <Text>
        <b>{device.name} is cut off at once</b> and its certificate is never accepted again.
        {device.patient !== null && ` ${device.patient} is then no longer watched by it.`} What it
        sent before stays in the record.
      </Text>
      <NativeSelect
        label="Reason"
        data={REASONS}
        value={reason}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <TextInput
        label="More about it (optional)"
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {revoke.error && <Wrong words={revoke.error.message} />}
      <div className={classes.acts}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          color="red"
          loading={revoke.isPending}
          onClick={() => revoke.mutate(note.trim() ? `${reason}: ${note.trim()}` : reason)}
        >
          Revoke {device.name}
        </Button>
      </div>
    </Stack>
  );
}
