// What was entered and is not in the record yet: in sight on every page until it is.

import { UnstyledButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useMe } from "../session";
import { confirm, forget, keepSending, type Unsaved, useUnsaved } from "../unsaved";
import { WarningIcon } from "./icons";
import classes from "./unsaved-bar.module.css";

export function UnsavedBar() {
  const { person } = useMe();
  const client = useQueryClient();
  useEffect(
    () =>
      keepSending(person.id, (patient) => {
        void client.invalidateQueries({ queryKey: ["round"] });
        void client.invalidateQueries({ queryKey: ["bedside", patient] });
        void client.invalidateQueries({ queryKey: ["observations", patient] });
      }),
    [person.id, client],
  );
  const unsaved = useUnsaved(person.id);
  if (unsaved.length === 0) return null;
  const waiting = unsaved.filter((each) => each.words === null);
  return (
    <section className={classes.bar} aria-label="Not saved yet" role="status">
      {waiting.length > 0 && (
        <p>
          <WarningIcon />
          <b>Not saved yet:</b> {waiting.map((each) => each.name).join(", ")}. Kept on this page and
          sent again until it is saved. Do not close it.
        </p>
      )}
      {unsaved
        .filter((each) => each.words !== null)
        .map((each) => (
          <Answered key={each.entry.key} unsaved={each} />
        ))}
    </section>
  );
}

function Answered({ unsaved: { entry, name, words, isAsked } }: { unsaved: Unsaved }) {
  return (
    <p>
      <WarningIcon />
      <b>{name}, not saved:</b> {words}
      {isAsked && <Act onClick={() => confirm(entry.key)}>It is right: save it</Act>}
      <Act onClick={() => forget(entry.key)}>Discard</Act>
    </p>
  );
}

function Act({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <UnstyledButton className={classes.act} onClick={onClick}>
      {children}
    </UnstyledButton>
  );
}
