// Single carers: somebody who may see more, or somebody who may not.

import { Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Consent, type Consents, type NewConsent, PARTS, type Part } from "../../consent-api";
import { PlusIcon } from "../../parts/icons";
import type { Act } from "./consent";
import classes from "./consent.module.css";
import { decidedInWords, PART_IN_WORDS, whileInWords, whomInWords } from "./words";

type Props = { found: Consents; open: Consent[]; act: Act };
const ANOTHER = "another";
const LASTS = [
  { value: "", label: "Until I withdraw it" },
  { value: "1", label: "1 day" },
  { value: "7", label: "1 week" },
  { value: "30", label: "1 month" },
  { value: "365", label: "1 year" },
];

export function Carers({ found, open, act }: Props) {
  const [isAdding, setAdding] = useState(false);
  const named = open.filter(({ person_id }) => person_id !== null);
  return (
    <section className={classes.box} aria-labelledby="carers">
      <h2 id="carers">Single nurses and doctors</h2>
      {named.length === 0 && !isAdding && (
        <p>Nobody is named. Let a doctor elsewhere see your data, or close it to one person.</p>
      )}
      <ul className={classes.list}>
        {named.map((one) => (
          <li key={one.id}>
            <div>
              <b>{whomInWords(one)}</b> {decidedInWords(one)}
              <small>{whileInWords(one)}</small>
            </div>
            <Button
              variant="default"
              h={48}
              loading={act.isPending}
              aria-label={`Withdraw: ${whomInWords(one)}`}
              onClick={() => act.end(one.id)}
            >
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
      {isAdding ? (
        <Add found={found} act={act} onDone={() => setAdding(false)} />
      ) : (
        <Button
          h={52}
          variant="default"
          className={classes.act}
          leftSection={<PlusIcon />}
          onClick={() => setAdding(true)}
        >
          Name somebody
        </Button>
      )}
    </section>
  );
}

function Add({ found, act, onDone }: { found: Consents; act: Act; onDone: () => void }) {
  const [whom, setWhom] = useState(ANOTHER);
  const [name, setName] = useState("");
  const [decision, setDecision] = useState<NewConsent["decision"]>("permit");
  const [parts, setParts] = useState<Part[]>([...PARTS]);
  const [days, setDays] = useState("");
  const isAnother = whom === ANOTHER;
  const isReady = parts.length > 0 && (!isAnother || name.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const who = isAnother ? { name: name.trim() } : { person_id: Number(whom) };
    const lasts = days === "" ? {} : { days: Number(days) };
    act.say({ purpose: "care", decision, parts, ...who, ...lasts });
    onDone();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <NativeSelect
        label="Who"
        size="lg"
        autoFocus
        value={whom}
        onChange={(event) => setWhom(event.currentTarget.value)}
        data={[
          { value: ANOTHER, label: "Somebody of another team" },
          ...found.carers.map(({ id, name, role }) => ({
            value: String(id),
            label: `${name}, ${role}`,
          })),
        ]}
      />
      {isAnother && (
        <TextInput
          label="Their full name, exactly"
          size="lg"
          maxLength={200}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <SegmentedControl
        size="lg"
        aria-label="May they see it?"
        value={decision}
        onChange={(value) => setDecision(value as NewConsent["decision"])}
        data={[
          { value: "permit", label: "May see" },
          { value: "deny", label: "May not see" },
        ]}
      />
      <Checkbox.Group
        label="What"
        size="lg"
        value={parts}
        onChange={(chosen) => setParts(PARTS.filter((part) => chosen.includes(part)))}
      >
        <div className={classes.choices}>
          {PARTS.map((part) => (
            <Checkbox key={part} size="lg" value={part} label={PART_IN_WORDS[part]} />
          ))}
        </div>
      </Checkbox.Group>
      <NativeSelect
        label="How long"
        size="lg"
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        data={LASTS}
      />
      <div className={classes.ends}>
        <Button variant="default" h={52} onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" h={52} disabled={!isReady} loading={act.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
