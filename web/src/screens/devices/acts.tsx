// What can be done to one device: give it to somebody, let it in again, and how its life goes on.

import { Button, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { Meanwhile, useAgain } from "../../parts/meanwhile";
import { staffApi } from "../../staff-api";
import type { Device } from "../../words";
import { Token, Wrong } from "./add-device";
import { AppSecretActs } from "./app-secret";
import classes from "./devices.module.css";
import { useAct, useLook, usePlaces } from "./use-devices";

type Step = "quarantine" | "release" | "retire" | "revoke";
export type Act = { act: "patient" | "token" | "app" | Step; device: Device };

const TITLES = {
  patient: "Who wears",
  token: "A token for",
  app: "An app for",
  quarantine: "Quarantine",
  release: "Release",
  retire: "Retire",
  revoke: "Revoke",
};

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
      {acting?.act === "app" && <AppSecretActs device={acting.device.name} onDone={onClose} />}
      {acting && isStep(acting.act) && (
        <ChangeLife step={acting.act} device={acting.device} onDone={onClose} />
      )}
    </Dialog>
  );
}

type Props = { device: Device; onDone: () => void };

function ChangePatient({ device, onDone }: Props) {
  const held = useAgain(device, useLook(device.name));
  const { patient_id, bed, patient: worn } = held.seen;
  const before = patient_id === null ? "" : String(patient_id);
  const [patient, setPatient] = useState(before);
  const places = usePlaces(true);
  const bind = useAct(
    (to: string) => staffApi.bind(device.name, to === "" ? null : Number(to), patient_id ?? 0),
    onDone,
  );
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
      <Meanwhile error={bind.error} again={() => held.again().then(bind.reset)}>
        {held.isNew && (
          <p>
            Now worn by{" "}
            <b>{before === "" ? "nobody" : (worn ?? (bed ? `bed ${bed}` : "somebody else"))}</b>.
            Change it, if it is still to be so.
          </p>
        )}
      </Meanwhile>
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

const STEPS: Record<Step, { status: string; what: string; after: string; reasons: string[] }> = {
  quarantine: {
    status: "quarantined",
    what: "stays connected, and nobody is judged by it.",
    after: "What it says is kept apart, to be read by hand.",
    reasons: ["Measures what cannot be", "Not where it should be", "Being tested", "Other"],
  },
  release: {
    status: "active",
    what: "is believed again from now on.",
    after: "What was kept apart stays apart.",
    reasons: ["Repaired", "Tested", "Put there by mistake", "Other"],
  },
  retire: {
    status: "retired",
    what: "is cut off at once, and never comes back.",
    after: "What it sent before stays in the record.",
    reasons: ["Served its time", "No longer used", "Replaced", "Other"],
  },
  revoke: {
    status: "revoked",
    what: "is cut off at once, and its certificate is never accepted again.",
    after: "What it sent before stays in the record.",
    reasons: ["Lost or stolen", "Broken", "Key may be known", "Other"],
  },
};

function isStep(act: Act["act"]): act is Step {
  return act in STEPS;
}

function ChangeLife({ step, device, onDone }: Props & { step: Step }) {
  const { status, what, after, reasons } = STEPS[step];
  const [reason, setReason] = useState(reasons[0] ?? "");
  const [note, setNote] = useState("");
  const change = useAct((why: string) => staffApi.changeLife(device.name, status, why), onDone);
  return (
    <Stack gap="md">
      <Text>
        <b>{device.name}</b> {what}
        {device.patient !== null &&
          step !== "release" &&
          ` ${device.patient} is then no longer watched by it.`}{" "}
        {after}
      </Text>
      <NativeSelect
        label="Reason"
        data={reasons}
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
      {change.error && <Wrong words={change.error.message} />}
      <div className={classes.acts}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button
          color={step === "release" ? undefined : "red"}
          loading={change.isPending}
          onClick={() => change.mutate(note.trim() ? `${reason}: ${note.trim()}` : reason)}
        >
          {TITLES[step]} {device.name}
        </Button>
      </div>
    </Stack>
  );
}
