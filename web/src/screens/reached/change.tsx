// When one way is used, and what it may say.

import { Button, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { reachApi } from "../../reach-api";
import { useMe } from "../../session";
import type { Contact, ContactChange, Priority } from "../../words";
import classes from "./reached.module.css";
import { useAct } from "./use-reach";
import { FOR, WAITS } from "./ways";

type Props = {
  contact: Contact;
  title: string;
  siteNamesHealth: boolean;
  isOpen: boolean;
  onClose: () => void;
};

export function ChangeDialog({ title, isOpen, onClose, ...rest }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} size="md">
      <Form {...rest} onDone={onClose} />
    </Dialog>
  );
}

type FormProps = Pick<Props, "contact" | "siteNamesHealth"> & { onDone: () => void };

function Form({ contact, siteNamesHealth, onDone }: FormProps) {
  const isPatient = useMe().person.role === "patient";
  const { label, after_seconds, priority_min, may_name_health } = contact;
  const [wish, setWish] = useState<ContactChange>({
    label,
    after_seconds,
    priority_min,
    may_name_health,
  });
  const change = useAct((body: ContactChange) => reachApi.changeContact(contact.id, body), onDone);
  const set = (part: Partial<ContactChange>) => setWish({ ...wish, ...part });
  return (
    <Stack gap="md">
      <NativeSelect
        label="Use it"
        data-autofocus
        value={wish.after_seconds}
        data={WAITS.map((wait) => ({ value: String(wait.seconds), label: wait.label }))}
        onChange={(event) => set({ after_seconds: Number(event.currentTarget.value) })}
      />
      {!isPatient && (
        <NativeSelect
          label="For"
          value={wish.priority_min}
          data={Object.entries(FOR).map(([value, words]) => ({ value, label: words }))}
          onChange={(event) => set({ priority_min: event.currentTarget.value as Priority })}
        />
      )}
      <TextInput
        label="Name it (optional)"
        value={wish.label}
        maxLength={60}
        onChange={(event) => set({ label: event.currentTarget.value })}
      />
      {siteNamesHealth && (
        <Switch
          label="It may say what the alarm is"
          description="Others may read a locked screen. Only once a message was proven to arrive here."
          checked={wish.may_name_health}
          onChange={(event) => set({ may_name_health: event.currentTarget.checked })}
        />
      )}
      {change.error && <p className={classes.wrong}>{change.error.message}</p>}
      <div className={classes.ends}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button loading={change.isPending} onClick={() => change.mutate(wish)}>
          Change
        </Button>
      </div>
    </Stack>
  );
}
