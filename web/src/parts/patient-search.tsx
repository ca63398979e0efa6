// Any patient's chart from any page: press the glass (or /), type, press the name.

import { ActionIcon, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useDeferredValue, useState } from "react";
import { useLocation } from "wouter";
import { staffApi } from "../staff-api";
import type { Patient } from "../words";
import { Dialog } from "./dialog";
import { EmergencySearch } from "./emergency";
import classes from "./patient-search.module.css";
import { SearchIcon } from "./staff-icons";
import { Trouble } from "./states";

const SHOWN_MAX = 8;
const WORDS = "Find a patient";
const IN_EMERGENCY = "Open in an emergency";

export function PatientSearch() {
  const [isOpen, setOpen] = useState(false);
  const [isEmergency, setEmergency] = useState(false);
  const [, go] = useLocation();
  const open = (wanted: boolean) => {
    setOpen(wanted);
    setEmergency(false);
  };
  useHotkeys([["/", () => open(true)]]);
  return (
    <>
      <ActionIcon
        variant="default"
        size={40}
        aria-label={WORDS}
        title={`${WORDS} (/)`}
        onClick={() => open(true)}
      >
        <SearchIcon />
      </ActionIcon>
      <Dialog
        isOpen={isOpen}
        onClose={() => open(false)}
        title={isEmergency ? IN_EMERGENCY : WORDS}
        zIndex={330}
      >
        {isEmergency ? (
          <EmergencySearch
            onOpened={(patient) => {
              open(false);
              go(`/patients/${patient}`);
            }}
          />
        ) : (
          <Search close={() => open(false)} onEmergency={() => setEmergency(true)} />
        )}
      </Dialog>
    </>
  );
}

function Search({ close, onEmergency }: { close: () => void; onEmergency: () => void }) {
  const [typed, type] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const [, go] = useLocation();
  const found = useQuery({
    queryKey: ["patients", wanted],
    queryFn: () => staffApi.patients(wanted),
    placeholderData: keepPreviousData,
  });
  const patients = found.data?.slice(0, SHOWN_MAX) ?? [];
  const open = (patient: Patient | undefined) => {
    if (!patient) return;
    close();
    go(`/patients/${patient.id}`);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open(patients[0]);
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        data-autofocus
        size="md"
        label="Name, record number or bed"
        autoComplete="off"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      {found.error && <Trouble error={found.error} again={() => void found.refetch()} />}
      <div className={classes.found} aria-live="polite">
        {patients.map((patient) => (
          <button
            key={patient.id}
            type="button"
            className={classes.patient}
            onClick={() => open(patient)}
          >
            <b>{patient.name}</b>
            <span>
              {[`${patient.age} years`, patient.record_number, patient.ward, patient.bed]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </button>
        ))}
        {found.data?.length === 0 && (
          <p className={classes.none}>Nobody on your wards is found by that.</p>
        )}
      </div>
      <button type="button" className={classes.emergency} onClick={onEmergency}>
        Not on your wards? {IN_EMERGENCY}
      </button>
    </form>
  );
}
