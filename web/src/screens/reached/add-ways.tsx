// Further ways: a push to this browser, or an address.

import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { fill, listed, words } from "../../languages/speaking";
import { Dialog } from "../../parts/dialog";
import { BellIcon, PlusIcon } from "../../parts/icons";
import { browserName, type PushState, subscribe } from "../../push";
import { reachApi } from "../../reach-api";
import { isStaff } from "../../roles";
import { useMe } from "../../session";
import type { Reach, Way } from "../../words";
import classes from "./reached.module.css";
import { useAct, usePushState } from "./use-reach";
import { FIELDS, wayWords } from "./ways";

type Asked = "email" | "sms" | "voice";
const ASKED: readonly Asked[] = ["email", "sms", "voice"];

/** Why this browser takes no pushes; undefined where it does. */
const whyNot = (state: PushState): string | undefined =>
  state === "on" || state === "off" ? undefined : words("reached")[state];

export function AddWays({ reach }: { reach: Reach }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const say = words("reached");
  const isSetUp = (way: Way) => reach.ways.some((each) => each.way === way && each.is_set_up);
  return (
    <section className={classes.add} aria-labelledby="add">
      <h2 id="add">{say.add}</h2>
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
            {wayWords(way).add}
          </Button>
        ))}
      </div>
      <Missing ways={ASKED.filter((way) => !isSetUp(way))} />
      <Dialog
        size="md"
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={asked ? fill(say.addWay, { way: wayWords(asked).add }) : ""}
      >
        {asked && <AskAddress way={asked} onDone={() => setAsked(null)} />}
      </Dialog>
    </section>
  );
}

function Missing({ ways }: { ways: readonly Asked[] }) {
  if (ways.length === 0) return null;
  const names = listed(ways.map((way) => wayWords(way).name));
  return <p className={classes.hint}>{words("reached").notSetUp.replace("{ways}", names)}</p>;
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
  const why = whyNot(push.state);
  return (
    <div className={classes.push}>
      <Button
        h={48}
        leftSection={<BellIcon />}
        disabled={why !== undefined}
        loading={add.isPending}
        onClick={() => add.mutate(undefined)}
      >
        {wayWords("web_push").add}
      </Button>
      {why && <p className={classes.hint}>{why}</p>}
      {push.state === "on" && <p className={classes.hint}>{words("reached").elses}</p>}
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
  const say = words("reached");
  const { type, example } = FIELDS[way];
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
          label={wayWords(way).ask}
          type={type}
          dir="ltr"
          placeholder={example}
          autoComplete={type}
          required
          data-autofocus
          value={address}
          error={add.error?.message}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Text size="sm" c="var(--hw-quiet)">
          {say.testAfter}
        </Text>
        <div className={classes.ends}>
          <Button variant="default" onClick={onDone}>
            {say.cancel}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {say.addIt}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
