// The chain: whom each step calls, who that is now, and the editor of it.

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { PlusIcon, WarningIcon } from "../../parts/icons";
import { Meanwhile, useAgain } from "../../parts/meanwhile";
import { ArrowIcon } from "../../parts/staff-icons";
import { staffApi } from "../../staff-api";
import type { ChainStep, WardRotas } from "../../words";
import { waitInWords } from "./calendar";
import classes from "./rota.module.css";
import { namesOf, useAct, useLook } from "./use-rotas";

type Target = ChainStep["targets"][number];
const WAITS = [30, 60, 120, 180, 300, 600];

export function ChainBox({ ward }: { ward: WardRotas }) {
  const [isEdited, setIsEdited] = useState(false);
  const steps = ward.chain?.steps ?? [];
  return (
    <section className={classes.box} aria-label="Chain">
      <header className={classes.boxHead}>
        <h2>Whom an alarm calls</h2>
        {!isEdited && (
          <Button variant="default" h={44} onClick={() => setIsEdited(true)}>
            Change
          </Button>
        )}
      </header>
      {isEdited ? (
        <Editor ward={ward} onDone={() => setIsEdited(false)} />
      ) : steps.length === 0 ? (
        <p className={classes.missing}>
          <WarningIcon /> No chain: an alarm here calls all staff at once.
        </p>
      ) : (
        <>
          <ol className={classes.steps}>
            {steps.map((step, place) => (
              <li key={place}>
                <span className={classes.number}>{place + 1}</span>
                <span className={classes.targets}>
                  {step.targets.map((target) => (
                    <TargetLine key={keyOf(target)} target={target} ward={ward} />
                  ))}
                </span>
                <small>{waitInWords(step.wait_seconds)}</small>
              </li>
            ))}
          </ol>
          <p className={classes.again}>
            Then again from 1, until somebody answers. A call that cannot arrive goes on at once.
          </p>
        </>
      )}
    </section>
  );
}

const keyOf = (target: Target) => `${target.target} ${target.person_id} ${target.rota_id}`;

function TargetLine({ target, ward }: { target: Target; ward: WardRotas }) {
  const resolved = target.target === "rota" || target.target === "everybody";
  const isEmpty = target.target !== "assigned" && target.now.length === 0;
  return (
    <span className={classes.target} data-empty={isEmpty || undefined}>
      <b>{capital(target.name)}</b>
      {isEmpty && <em>now: nobody</em>}
      {resolved && !isEmpty && <span>now: {namesOf(ward, target.now)}</span>}
    </span>
  );
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

type Draft = { key: number; wait_seconds: number; targets: Target[] };
let keys = 0;

function Editor({ ward, onDone }: { ward: WardRotas; onDone: () => void }) {
  const look = useLook(ward.ward_id);
  const held = useAgain(ward.chain, async () => (await look()).chain);
  const over = held.seen?.id ?? null;
  const [why, setWhy] = useState("");
  const [steps, setSteps] = useState<Draft[]>(() =>
    (ward.chain?.steps ?? [emptyStep()]).map((step) => ({ ...step, key: keys++ })),
  );
  const save = useAct(
    () =>
      staffApi.setChain(ward.ward_id, {
        over,
        why,
        steps: steps.map(({ wait_seconds, targets }) => ({
          wait_seconds,
          targets: targets.map(({ target, person_id, rota_id }) => ({
            target: target as "person",
            person_id,
            rota_id,
          })),
        })),
      }),
    onDone,
  );
  const change = (key: number, to: Partial<Draft>) =>
    setSteps(steps.map((step) => (step.key === key ? { ...step, ...to } : step)));
  const up = (place: number) => {
    const next = [...steps];
    const [moved] = next.splice(place, 1);
    if (moved) next.splice(place - 1, 0, moved);
    setSteps(next);
  };
  const isWrong = steps.length === 0 || steps.some((step) => step.targets.length === 0);
  return (
    <div className={classes.editor}>
      {steps.map((step, place) => (
        <fieldset key={step.key} className={classes.draft}>
          <legend>Step {place + 1}</legend>
          {step.targets.map((target) => (
            <button
              key={keyOf(target)}
              type="button"
              className={classes.chip}
              aria-label={`Take out ${target.name}`}
              onClick={() =>
                change(step.key, { targets: step.targets.filter((one) => one !== target) })
              }
            >
              {capital(target.name)} <span aria-hidden="true">×</span>
            </button>
          ))}
          <NativeSelect
            aria-label={`Call as well in step ${place + 1}`}
            value=""
            data={[{ value: "", label: step.targets.length ? "and ..." : "Whom?" }].concat(
              everyTarget(ward)
                .filter((one) => !step.targets.some((known) => keyOf(known) === keyOf(one)))
                .map((one) => ({ value: keyOf(one), label: capital(one.name) })),
            )}
            onChange={(event) => {
              const found = everyTarget(ward).find((e) => keyOf(e) === event.currentTarget.value);
              if (found) change(step.key, { targets: [...step.targets, found] });
            }}
          />
          <NativeSelect
            aria-label={`How long step ${place + 1} waits`}
            value={String(step.wait_seconds)}
            data={[...new Set([...WAITS, step.wait_seconds])]
              .sort((a, b) => a - b)
              .map((wait) => ({ value: String(wait), label: `waits ${waitInWords(wait)}` }))}
            onChange={(event) =>
              change(step.key, { wait_seconds: Number(event.currentTarget.value) })
            }
          />
          <span className={classes.moves}>
            <button
              type="button"
              className={classes.chip}
              disabled={place === 0}
              aria-label={`Step ${place + 1} earlier`}
              onClick={() => up(place)}
            >
              <ArrowIcon size={16} style={{ rotate: "-90deg" }} />
            </button>
            <button
              type="button"
              className={classes.chip}
              aria-label={`Remove step ${place + 1}`}
              onClick={() => setSteps(steps.filter((one) => one.key !== step.key))}
            >
              Remove
            </button>
          </span>
        </fieldset>
      ))}
      <Button
        variant="default"
        h={44}
        leftSection={<PlusIcon />}
        onClick={() => setSteps([...steps, { ...emptyStep(), key: keys++ }])}
      >
        Add a step
      </Button>
      <TextInput
        label="Why (goes on record)"
        maxLength={300}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Meanwhile error={save.error} again={() => held.again().then(save.reset)}>
        {held.isNew && (
          <>
            <b>Now{held.seen?.made_by && `, by ${held.seen.made_by}`}</b>
            {held.seen?.steps.map(({ targets, wait_seconds }, place) => (
              <p key={place}>
                {place + 1}: {targets.map(({ name }) => name).join(", ")},{" "}
                {waitInWords(wait_seconds)}
              </p>
            ))}
            <p>Save to have yours instead.</p>
          </>
        )}
      </Meanwhile>
      <div className={classes.acts}>
        <Button variant="default" h={44} onClick={onDone}>
          Cancel
        </Button>
        <Button
          h={44}
          disabled={isWrong}
          loading={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          Save the chain
        </Button>
      </div>
    </div>
  );
}

const emptyStep = (): ChainStep => ({ wait_seconds: 120, targets: [] });

function everyTarget(ward: WardRotas): Target[] {
  const nobody = { person_id: null, rota_id: null, now: [] };
  return [
    { ...nobody, target: "assigned", name: "the patient's nurse" },
    ...ward.rotas.map((rota) => ({
      ...nobody,
      target: "rota",
      rota_id: rota.id,
      name: rota.name,
      now: rota.now,
    })),
    { ...nobody, target: "everybody", name: "everybody on call" },
    ...ward.people.map((one) => ({
      ...nobody,
      target: "person",
      person_id: one.id,
      name: one.name,
      now: [one.id],
    })),
  ];
}
