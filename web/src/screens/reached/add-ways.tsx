// Further ways: a push to this browser, or an address.

import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../parts/dialog";
import { BellIcon, PlusIcon } from "../../parts/icons";
import { browserName, type PushState, subscribe } from "../../push";
import { reachApi } from "../../reach-api";
import { isStaff } from "../../roles";
import { useMe } from "../../session";
import type { Reach, Way } from "../../words";
import classes from "./reached.module.css";
import { useAct, usePushState } from "./use-reach";
import { WAYS } from "./ways";

type Asked = "email" | "sms" | "voice";
const ASKED: readonly Asked[] = ["email", "sms", "voice"];

const WHY_NOT: Partial<Record<PushState, string>> = {
  unsupported:
    "This browser takes no pushes. On an iPhone, add Homeward to the home screen first, then open it there.",
  insecure: "Pushes need an https address.",
  denied: "Notifications are blocked for this site. Allow them in the browser's settings first.",
};

export function AddWays({ reach }: { reach: Reach }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const isSetUp = (way: Way) => reach.ways.some((each) => each.way === way && each.is_set_up);
  return (
    <section className={classes.add} aria-labelledby="add">
      <h2 id="add">Add a way</h2>
      <PushHere reach={reach} />
      <div className={classes.buttons}>
        {ASKED.map((way) => (
          <Button
            key={way}
            variant="default"
            h={44}
            leftSection={<PlusIcon />}
            disabled={!isSetUp(way)}
            onClick={() => setAsked(way)}
          >
            {WAYS[way].add}
          </Button>
        ))}
      </div>
      <Missing ways={ASKED.filter((way) => !isSetUp(way))} />
      <Dialog
        size="md"
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={asked ? `Add: ${WAYS[asked].add.toLowerCase()}` : ""}
      >
        {asked && <AskAddress way={asked} onDone={() => setAsked(null)} />}
      </Dialog>
    </section>
  );
}

function Missing({ ways }: { ways: readonly Asked[] }) {
  if (ways.length === 0) return null;
  const names = ways.map((way) => WAYS[way].name.toLowerCase()).join(" and ");
  return <p className={classes.hint}>Not set up here yet: {names}. Your engineer can do that.</p>;
}

/** The lowest call a way is for: a patient is called for whatever has words for them. */
const useLeast = () => (isStaff(useMe().person.role) ? "medium" : "low");

function PushHere({ reach }: { reach: Reach }) {
  const push = usePushState().data;
  const least = useLeast();
  const add = useAct(async () => {
    const address = await subscribe(reach.push_key);
    await reachApi.addContact({
      way: "web_push",
      address,
      label: browserName(),
      priority_min: least,
      after_seconds: 0,
      may_name_health: false,
    });
  });
  if (!push) return null;
  const isMine = reach.contacts.some(({ endpoint }) => endpoint && endpoint === push.endpoint);
  if (isMine) return null;
  const why = WHY_NOT[push.state];
  return (
    <div className={classes.push}>
      <Button
        h={48}
        leftSection={<BellIcon />}
        disabled={why !== undefined}
        loading={add.isPending}
        onClick={() => add.mutate(undefined)}
      >
        {WAYS.web_push.add}
      </Button>
      {why && <p className={classes.hint}>{why}</p>}
      {push.state === "on" && (
        <p className={classes.hint}>
          This browser now gets pushes of somebody else; they would end.
        </p>
      )}
      {add.error && (
        <p className={classes.wrong} role="alert">
          {add.error.message}
        </p>
      )}
    </div>
  );
}

function AskAddress({ way, onDone }: { way: Asked; onDone: () => void }) {
  const [address, setAddress] = useState("");
  const words = WAYS[way];
  const least = useLeast();
  const add = useAct(
    () =>
      reachApi.addContact({
        way,
        address,
        label: "",
        priority_min: least,
        after_seconds: 0,
        may_name_health: false,
      }),
    onDone,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={words.ask}
          type={words.type}
          placeholder={words.example}
          autoComplete={words.type}
          required
          data-autofocus
          value={address}
          error={add.error?.message}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Text size="sm" c="var(--hw-quiet)">
          Send a test afterwards: only that proves the address.
        </Text>
        <div className={classes.ends}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </div>
      </Stack>
    </form>
  );
}
