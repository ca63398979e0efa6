// Another plan of a rota, at once or from a day on. What was before stays as it was.

import { Button, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNow } from "../../live";
import { Dialog } from "../../parts/dialog";
import { Meanwhile, useAgain } from "../../parts/meanwhile";
import { staffApi } from "../../staff-api";
import type { Plan, Rota, WardRotas } from "../../words";
import { localOf, momentOf } from "./calendar";
import { PlanFields } from "./plan-form";
import { draftOf, missingOf, planInLines, planOf } from "./plan-words";
import classes from "./rota.module.css";
import { nameOf, useAct, useLook } from "./use-rotas";

const DAY_MS = 86_400_000;

type Props = { rota: Rota | null; ward: WardRotas; onClose: () => void };

export function ChangePlan({ rota, ward, onClose }: Props) {
  return (
    <Dialog
      size="lg"
      isOpen={rota !== null}
      onClose={onClose}
      title={rota ? `A new plan for ${rota.name}` : ""}
    >
      {rota && <Form key={rota.id} opened={rota} ward={ward} onDone={onClose} />}
    </Dialog>
  );
}

const inForce = (rota: Rota): Plan | null =>
  rota.plans.find((one) => one.is_in_force) ?? rota.plans[0] ?? null;

type FormProps = { opened: Rota; ward: WardRotas; onDone: () => void };

function Form({ opened, ward, onDone }: FormProps) {
  const look = useLook(ward.ward_id);
  const held = useAgain(opened, async () =>
    (await look()).rotas.find(({ id }) => id === opened.id),
  );
  const rota = held.seen;
  const plan = inForce(rota);
  const { zone } = rota;
  const now = useNow();
  const [draft, setDraft] = useState(() => draftOf(plan));
  const [isLater, setLater] = useState(false);
  const [from, setFrom] = useState(() => {
    const handover = plan?.turn_hours ? plan.handover : (plan?.shifts[0]?.starts ?? "07:00");
    return `${localOf(now + DAY_MS, zone).slice(0, 10)}T${handover}`;
  });
  const [why, setWhy] = useState("");
  const begins = isLater ? momentOf(from, zone) : now;
  const save = useAct(
    (starts: number) =>
      staffApi.setPlan(rota.id, {
        plan: planOf(draft, zone, starts),
        starts: isLater ? starts : null,
        why,
        changes_seen: rota.changes,
      }),
    onDone,
  );
  const missing =
    missingOf(draft) ??
    (begins === null || begins < now - 60_000 ? "It begins now or later." : null);
  return (
    <Stack gap="md">
      <div className={classes.times}>
        <NativeSelect
          label="In force"
          value={isLater ? "later" : "now"}
          data={[
            { value: "now", label: "at once" },
            { value: "later", label: "from a day on" },
          ]}
          data-autofocus
          onChange={(event) => setLater(event.currentTarget.value === "later")}
        />
        {isLater && (
          <TextInput
            type="datetime-local"
            label="From"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        )}
      </div>
      <PlanFields draft={draft} setDraft={setDraft} people={ward.people} />
      <TextInput
        label="Why (goes on record)"
        placeholder="New colleague, holidays, ..."
        maxLength={300}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Text c="var(--hw-quiet)" fz="sm">
        Times are of {zone}. Until then everything stays as it is
        {draft.turn_hours > 0 && ", and whoever is first in the order is on call from then"}. Who
        stands in for somebody still does.
      </Text>
      <Meanwhile error={save.error} again={() => held.again().then(save.reset)}>
        {held.isNew && <Standing plans={rota.plans} ward={ward} zone={zone} />}
      </Meanwhile>
      <div className={classes.acts}>
        <End rota={rota} onDone={onDone} />
        {missing && <span className={classes.lacks}>{missing}</span>}
        <Button variant="default" h={44} onClick={onDone}>
          Cancel
        </Button>
        <Button
          h={44}
          disabled={missing !== null}
          loading={save.isPending}
          onClick={() => begins !== null && save.mutate(begins)}
        >
          Save the plan
        </Button>
      </div>
    </Stack>
  );
}

/** What stands since somebody else was first: in force, and to come. */
function Standing({ plans, ward, zone }: { plans: Plan[]; ward: WardRotas; zone: string }) {
  return (
    <>
      {plans
        .filter((plan) => plan.is_in_force || plan.is_to_come)
        .reverse()
        .map((plan) => (
          <div key={plan.id}>
            <b>
              {plan.is_to_come
                ? `From ${localOf(plan.starts, zone).replace("T", " ")}`
                : "Now in force"}
              {plan.made_by && `, by ${plan.made_by}`}
            </b>
            {planInLines(plan, (id) => nameOf(ward.people, id)).map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        ))}
      <p>Save to have yours instead.</p>
    </>
  );
}

/** A rota that nobody needs any more; the server refuses while a chain calls it. */
function End({ rota, onDone }: { rota: Rota; onDone: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const end = useAct(() => staffApi.endRota(rota.id), onDone);
  return (
    <span className={classes.end}>
      <Button
        variant="default"
        h={44}
        color="red"
        loading={end.isPending}
        onClick={() => (isAsked ? end.mutate(undefined) : setAsked(true))}
      >
        {isAsked ? `End ${rota.name} for good` : "End this rota"}
      </Button>
      {end.error && <span role="alert">{end.error.message}</span>}
    </span>
  );
}
