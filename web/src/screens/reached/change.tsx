// When one way is used, and what it may say.

import { Button, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { words } from "../../languages/speaking";
import { Dialog } from "../../parts/dialog";
import { reachApi } from "../../reach-api";
import { useMe } from "../../session";
import type { Contact, ContactChange, Priority } from "../../words";
import classes from "./reached.module.css";
import { useAct } from "./use-reach";
import { forWhich, WAITS_SECONDS, waitOf } from "./ways";

const PRIORITIES: readonly Priority[] = ["high", "medium", "low"];

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
  const say = words("reached");
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
        label={say.useIt}
        data-autofocus
        value={wish.after_seconds}
        data={WAITS_SECONDS.map((each) => ({ value: String(each), label: waitOf(each) }))}
        onChange={(event) => set({ after_seconds: Number(event.currentTarget.value) })}
      />
      {!isPatient && (
        <NativeSelect
          label={say.forCalls}
          value={wish.priority_min}
          data={PRIORITIES.map((value) => ({ value, label: forWhich(value) }))}
          onChange={(event) => set({ priority_min: event.currentTarget.value as Priority })}
        />
      )}
      <TextInput
        label={say.nameIt}
        value={wish.label}
        maxLength={60}
        onChange={(event) => set({ label: event.currentTarget.value })}
      />
      {siteNamesHealth && (
        <Switch
          label={say.mayName}
          description={say.mayNameWhy}
          checked={wish.may_name_health}
          onChange={(event) => set({ may_name_health: event.currentTarget.checked })}
        />
      )}
      {change.error && <p className={classes.wrong}>{change.error.message}</p>}
      <div className={classes.ends}>
        <Button variant="default" onClick={onDone}>
          {say.cancel}
        </Button>
        <Button loading={change.isPending} onClick={() => change.mutate(wish)}>
          {say.changeIt}
        </Button>
      </div>
    </Stack>
  );
}
