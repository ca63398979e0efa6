// The record of somebody on no ward of mine, opened in an emergency: who, why, for an hour.

import { Button, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { access, type Found } from "../access-api";
import classes from "./emergency.module.css";
import { WarningIcon } from "./icons";

const REASON_MIN = 10;
const REASON_MAX = 500;

/** The keys go there once it is shown: the dialog around it was open before. */
function useFocus<T extends HTMLElement>() {
  const field = useRef<T>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}

/** By exactly the record number: nobody browses through other wards. */
export function EmergencySearch({ onOpened }: { onOpened: (patient: number) => void }) {
  const [number, setNumber] = useState("");
  const find = useMutation({ mutationFn: () => access.find(number) });
  const first = useFocus<HTMLInputElement>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    find.mutate();
  };
  if (find.data) return <Reason patient={find.data} onOpened={onOpened} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text c="var(--hw-quiet)">
          For a patient who is on none of your wards. You, the time and your reason are on record.
        </Text>
        <TextInput
          ref={first}
          size="md"
          label="Record number, exactly"
          autoComplete="off"
          value={number}
          error={find.error?.message}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={find.isPending} disabled={!number.trim()}>
          Find
        </Button>
      </Stack>
    </form>
  );
}

/** On the page of a record that is closed to me: the link says whose it is. */
export function ClosedRecord({ patient, onOpened }: { patient: number; onOpened: () => void }) {
  return (
    <section className={classes.closed} aria-label="This record is closed to you">
      <h1>
        <WarningIcon size={26} /> You are not on this patient's team
      </h1>
      <p>
        If you look after them, ask for a handover or to be put on the team of their ward. In an
        emergency, open the record now.
      </p>
      <Reason patient={{ id: patient }} onOpened={onOpened} />
    </section>
  );
}

/** In the place of what the patient closed to me: that it is not there says nothing of them. */
export function ClosedByPatient({ patient, name }: { patient: number; name: string }) {
  return (
    <section className={classes.closed} aria-label="Closed by the patient">
      <h1>
        <WarningIcon size={26} /> {name} closed this part of the record
      </h1>
      <p>
        Alarms go on, and whoever is called because of one sees everything. In an emergency, open it
        now.
      </p>
      <Reason patient={{ id: patient }} onOpened={() => undefined} />
    </section>
  );
}

type Whose = Pick<Found, "id"> & Partial<Found>;
type ReasonProps = { patient: Whose; onOpened: (patient: number) => void };

function Reason({ patient, onOpened }: ReasonProps) {
  const [reason, setReason] = useState("");
  const first = useFocus<HTMLTextAreaElement>();
  const client = useQueryClient();
  const open = useMutation({
    mutationFn: () => access.open(patient.id, reason),
    onSuccess: async () => {
      await client.invalidateQueries();
      onOpened(patient.id);
    },
  });
  const missing = REASON_MIN - reason.trim().length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing <= 0) open.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {patient.name && (
          <p className={classes.whose}>
            <b>{patient.name}</b>
            <span>
              {[`born ${patient.born}`, patient.ward, patient.bed].filter(Boolean).join(" · ")}
            </span>
          </p>
        )}
        <Textarea
          ref={first}
          size="md"
          label="Why do you open this record?"
          description="Their team and who reviews it read this; the patient sees that you opened it."
          autosize
          minRows={2}
          maxLength={REASON_MAX}
          value={reason}
          error={open.error?.message}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" size="md" color="red" loading={open.isPending} disabled={missing > 0}>
          Open for an hour
        </Button>
      </Stack>
    </form>
  );
}
