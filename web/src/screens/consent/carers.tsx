// Single carers: somebody who may see more, or somebody who may not.

import { Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Consent, type Consents, type NewConsent, PARTS, type Part } from "../../consent-api";
import type { Further } from "../../languages/catalogue";
import { among, fill, words } from "../../languages/speaking";
import { PlusIcon } from "../../parts/icons";
import type { Act } from "./consent";
import classes from "./consent.module.css";
import { decidedInWords, partInWords, whileInWords, whomInWords } from "./words";

type Props = { found: Consents; open: Consent[]; act: Act };
const ANOTHER = "another";
/** For how many days a decision may hold. */
const lasts = (say: Further["consent"]) => [
  { value: "", label: say.untilWithdrawn },
  { value: "1", label: say.day },
  { value: "7", label: say.week },
  { value: "30", label: say.month },
  { value: "365", label: say.year },
];

export function Carers({ found, open, act }: Props) {
  const say = words("consent");
  const [isAdding, setAdding] = useState(false);
  const named = open.filter(({ person_id }) => person_id !== null);
  return (
    <section className={classes.box} aria-labelledby="carers">
      <h2 id="carers">{say.carers}</h2>
      {named.length === 0 && !isAdding && <p>{say.nobodyNamed}</p>}
      <ul className={classes.list}>
        {named.map((one) => (
          <li key={one.id}>
            <div>
              <b>
                <bdi>{whomInWords(one)}</bdi>
              </b>{" "}
              {decidedInWords(one)}
              <small>{whileInWords(one)}</small>
            </div>
            <Button
              variant="default"
              h={48}
              loading={act.isPending}
              aria-label={fill(say.withdrawWhose, { name: whomInWords(one) })}
              onClick={() => act.end(one.id)}
            >
              {say.withdraw}
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
          {say.nameSomebody}
        </Button>
      )}
    </section>
  );
}

function Add({ found, act, onDone }: { found: Consents; act: Act; onDone: () => void }) {
  const say = words("consent");
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
        label={say.who}
        size="lg"
        autoFocus
        value={whom}
        onChange={(event) => setWhom(event.currentTarget.value)}
        data={[
          { value: ANOTHER, label: say.another },
          ...found.carers.map(({ id, name, role }) => ({
            value: String(id),
            label: fill(say.carer, { name, role: among(words("roles"), role) }),
          })),
        ]}
      />
      {isAnother && (
        <TextInput
          label={say.fullName}
          size="lg"
          maxLength={200}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <SegmentedControl
        size="lg"
        aria-label={say.mayThey}
        value={decision}
        onChange={(value) => setDecision(value as NewConsent["decision"])}
        data={[
          { value: "permit", label: say.maySee },
          { value: "deny", label: say.mayNotSee },
        ]}
      />
      <Checkbox.Group
        label={say.what}
        size="lg"
        value={parts}
        onChange={(chosen) => setParts(PARTS.filter((part) => chosen.includes(part)))}
      >
        <div className={classes.choices}>
          {PARTS.map((part) => (
            <Checkbox key={part} size="lg" value={part} label={partInWords(part)} />
          ))}
        </div>
      </Checkbox.Group>
      <NativeSelect
        label={say.howLong}
        size="lg"
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        data={lasts(say)}
      />
      <div className={classes.ends}>
        <Button variant="default" h={52} onClick={onDone}>
          {say.cancel}
        </Button>
        <Button type="submit" h={52} disabled={!isReady} loading={act.isPending}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}
