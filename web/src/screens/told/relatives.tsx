// Relatives who are told: of what, by whose choice; invited, changed and removed here.

import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { clockTime } from "../../languages/counting";
import { fill, words as wordsOf } from "../../languages/speaking";
import { useNow } from "../../live";
import { PersonIcon, PlusIcon } from "../../parts/icons";
import { tellingApi } from "../../telling-api";
import type { Invitation, Priority, Relative, Telling } from "../../words";
import { ofPatient } from "./for-carers";
import { Invite } from "./invite";
import { Let } from "./let";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";
import { Why } from "./why-field";
import { hearsInWords, hearsOf } from "./words";

const MOST_URGENT_FIRST = ["high", "medium", "low"] as const;

export function Relatives({ whose, telling }: { whose: Whose; telling: Telling }) {
  const [isInviting, setInviting] = useState(false);
  const say = wordsOf("told");
  const { relatives, invitations } = telling;
  const isEmpty = relatives.length === 0 && invitations.length === 0;
  return (
    <section className={classes.box} aria-labelledby="relatives">
      <h2 id="relatives">{say.relatives}</h2>
      <p>{whose.isOwn ? say.theyRead : ofPatient(whose.name).theyRead}</p>
      {isEmpty && !isInviting && (
        <p className={classes.none}>
          <PersonIcon size={26} /> {say.nobody}
        </p>
      )}
      <ul className={classes.people}>
        {relatives.map((one) => (
          <RelativeLine key={one.id} relative={one} whose={whose} />
        ))}
        {invitations.map((one) => (
          <InvitationLine key={one.id} invitation={one} whose={whose} />
        ))}
      </ul>
      {isInviting ? (
        <Invite whose={whose} onDone={() => setInviting(false)} />
      ) : (
        <Button
          h={52}
          variant={isEmpty ? "filled" : "default"}
          className={classes.act}
          leftSection={<PlusIcon />}
          onClick={() => setInviting(true)}
        >
          {say.invite}
        </Button>
      )}
    </section>
  );
}

type LineProps = { relative: Relative; whose: Whose };

function RelativeLine({ relative, whose }: LineProps) {
  const [asked, setAsked] = useState<"change" | "remove" | null>(null);
  const say = wordsOf("told");
  const now = useNow();
  return (
    <li>
      <div className={classes.line}>
        <div>
          <b>
            <bdi>{relative.name}</bdi>
          </b>
          <span>{fill(say.isTold, { hears: hearsInWords(relative.priorities) })}</span>
          <small>
            {fill(say.since, { at: clockTime(relative.made, now) })}
            {!whose.isOwn && relative.made_by && ofPatient(whose.name).by(relative.made_by)}
          </small>
          {!whose.isOwn && relative.may.length > 0 && (
            <small>{ofPatient(whose.name).lets(relative.may)}</small>
          )}
          {!relative.is_reached && <small className={classes.watch}>{say.pageOnly}</small>}
        </div>
        {asked === null && (
          <div className={classes.acts}>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked("change")}
              aria-label={fill(say.changeWhat, { name: relative.name })}
            >
              {say.change}
            </Button>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked("remove")}
              aria-label={fill(say.removeWho, { name: relative.name })}
            >
              {say.remove}
            </Button>
          </div>
        )}
      </div>
      {whose.isOwn && asked === null && <Let relative={relative} whose={whose} />}
      {asked === "change" && (
        <Change relative={relative} whose={whose} onDone={() => setAsked(null)} />
      )}
      {asked === "remove" && (
        <Remove
          words={fill(say.removed, { name: relative.name })}
          act={(why) => tellingApi.endRelative(whose.patient, relative.id, why)}
          whose={whose}
          verb={fill(say.removeWho, { name: relative.name })}
          onDone={() => setAsked(null)}
        />
      )}
    </li>
  );
}

function InvitationLine({ invitation, whose }: { invitation: Invitation; whose: Whose }) {
  const [isAsked, setAsked] = useState(false);
  const say = wordsOf("told");
  const now = useNow();
  const { name, expires, is_open, priorities } = invitation;
  return (
    <li data-waits>
      <div className={classes.line}>
        <div>
          <b>
            <bdi>{name}</bdi>
          </b>
          {is_open ? (
            <span>{say.isInvited}</span>
          ) : (
            <span className={classes.watch}>{say.wasInvited}</span>
          )}
          <small>
            {is_open
              ? fill(say.wouldBe, { hears: hearsInWords(priorities), at: clockTime(expires, now) })
              : fill(say.inviteAgain, { at: clockTime(expires, now), name })}
          </small>
        </div>
        {!isAsked && (
          <div className={classes.acts}>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked(true)}
              aria-label={fill(say.takeBackWhose, { name })}
            >
              {is_open ? say.takeBack : say.remove}
            </Button>
          </div>
        )}
      </div>
      {isAsked && (
        <Remove
          words={fill(say.opensNothing, { name })}
          act={(why) => tellingApi.withdrawInvitation(whose.patient, invitation.id, why)}
          whose={whose}
          verb={is_open ? say.takeItBack : say.removeIt}
          onDone={() => setAsked(false)}
        />
      )}
    </li>
  );
}

function Change({ relative, whose, onDone }: LineProps & { onDone: () => void }) {
  const say = wordsOf("told");
  const [hears, setHears] = useState<Priority[]>(relative.priorities);
  const [why, setWhy] = useState("");
  const act = useChoice(
    () => tellingApi.changeRelative(whose.patient, relative.id, hears, why),
    onDone,
  );
  return (
    <div className={classes.form}>
      <Hears hears={hears} setHears={setHears} name={relative.name} />
      {!whose.isOwn && <Why why={why} setWhy={setWhy} />}
      {act.error && (
        <p role="alert" className={classes.wrong}>
          {act.error.message}
        </p>
      )}
      <div className={classes.ends}>
        <Button variant="default" h={52} onClick={onDone}>
          {say.cancel}
        </Button>
        <Button
          h={52}
          disabled={hears.length === 0 || (!whose.isOwn && why.trim() === "")}
          loading={act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say.save}
        </Button>
      </div>
    </div>
  );
}

type HearsProps = { hears: Priority[]; setHears: (hears: Priority[]) => void; name: string };

/** Of which news somebody hears. */
export function Hears({ hears, setHears, name }: HearsProps) {
  const say = wordsOf("told");
  const toggle = (priority: Priority) =>
    setHears(MOST_URGENT_FIRST.filter((one) => hears.includes(one) !== (one === priority)));
  return (
    <fieldset className={classes.hears}>
      <legend>{name ? fill(say.nameIsTold, { name }) : say.theyAreTold}</legend>
      {MOST_URGENT_FIRST.map((priority) => (
        <Checkbox
          key={priority}
          size="md"
          checked={hears.includes(priority)}
          onChange={() => toggle(priority)}
          label={hearsOf(priority).name}
          description={hearsOf(priority).means}
        />
      ))}
    </fieldset>
  );
}

type RemoveProps = {
  words: string;
  verb: string;
  act: (why: string) => Promise<unknown>;
  whose: Whose;
  onDone: () => void;
};

/** One question before somebody is cut off: it cannot be undone without a new invitation. */
function Remove({ words, verb, act, whose, onDone }: RemoveProps) {
  const [why, setWhy] = useState("");
  const remove = useChoice(act, onDone);
  return (
    <div className={classes.form}>
      <p>{words}</p>
      {!whose.isOwn && <Why why={why} setWhy={setWhy} />}
      {remove.error && (
        <p role="alert" className={classes.wrong}>
          {remove.error.message}
        </p>
      )}
      <div className={classes.ends}>
        <Button variant="default" h={52} onClick={onDone}>
          {wordsOf("told").keep}
        </Button>
        <Button
          h={52}
          color="red"
          disabled={!whose.isOwn && why.trim() === ""}
          loading={remove.isPending}
          onClick={() => remove.mutate(why)}
        >
          {verb}
        </Button>
      </div>
    </div>
  );
}
