// Relatives who are told: of what, by whose choice; invited, changed and removed here.

import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { PersonIcon, PlusIcon } from "../../parts/icons";
import { tellingApi } from "../../telling-api";
import type { Invitation, Priority, Relative, Telling } from "../../words";
import { Invite } from "./invite";
import { Let } from "./let";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";
import { Why } from "./why-field";
import { HEARS, hearsInWords } from "./words";

const MOST_URGENT_FIRST = ["high", "medium", "low"] as const;

export function Relatives({ whose, telling }: { whose: Whose; telling: Telling }) {
  const [isInviting, setInviting] = useState(false);
  const { relatives, invitations } = telling;
  const isEmpty = relatives.length === 0 && invitations.length === 0;
  return (
    <section className={classes.box} aria-labelledby="relatives">
      <h2 id="relatives">Relatives who are told</h2>
      <p>
        They read the same words as {whose.isOwn ? "you" : whose.name}, whether{" "}
        {whose.isOwn ? "you have" : "the patient has"} seen them, and whether the care team has
        answered. They see no measured values unless {whose.isOwn ? "you let" : "the patient lets"}{" "}
        them read the reports.
      </p>
      {isEmpty && !isInviting && (
        <p className={classes.none}>
          <PersonIcon size={26} /> Nobody else is told.
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
          Invite somebody
        </Button>
      )}
    </section>
  );
}

type LineProps = { relative: Relative; whose: Whose };

function RelativeLine({ relative, whose }: LineProps) {
  const [asked, setAsked] = useState<"change" | "remove" | null>(null);
  const now = useNow();
  return (
    <li>
      <div className={classes.line}>
        <div>
          <b>{relative.name}</b>
          <span>is told of {hearsInWords(relative.priorities)}</span>
          <small>
            since {clockTime(relative.made, now)}
            {!whose.isOwn && relative.made_by && `, by ${relative.made_by}`}
          </small>
          {!whose.isOwn && relative.may.length > 0 && (
            <small>
              The patient lets them read{" "}
              {relative.may.map((each) => (each === "letters" ? "messages" : each)).join(" and ")}.
            </small>
          )}
          {!relative.is_reached && (
            <small className={classes.watch}>
              Is told only with their page open: they have added no phone or mail yet.
            </small>
          )}
        </div>
        {asked === null && (
          <div className={classes.acts}>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked("change")}
              aria-label={`Change what ${relative.name} is told`}
            >
              Change
            </Button>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked("remove")}
              aria-label={`Remove ${relative.name}`}
            >
              Remove
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
          words={`${relative.name} is told nothing any more, and sees on their page that it ended.`}
          act={(why) => tellingApi.endRelative(whose.patient, relative.id, why)}
          whose={whose}
          verb={`Remove ${relative.name}`}
          onDone={() => setAsked(null)}
        />
      )}
    </li>
  );
}

function InvitationLine({ invitation, whose }: { invitation: Invitation; whose: Whose }) {
  const [isAsked, setAsked] = useState(false);
  const now = useNow();
  const { name, expires, is_open, priorities } = invitation;
  return (
    <li data-waits>
      <div className={classes.line}>
        <div>
          <b>{name}</b>
          {is_open ? (
            <span>is invited, and has not accepted yet</span>
          ) : (
            <span className={classes.watch}>was invited, and the link ran out</span>
          )}
          <small>
            {is_open
              ? `would be told of ${hearsInWords(priorities)}; the link is good until ${clockTime(expires, now)}`
              : `on ${clockTime(expires, now)}. Invite ${name} again if you still want to.`}
          </small>
        </div>
        {!isAsked && (
          <div className={classes.acts}>
            <Button
              variant="default"
              h={48}
              onClick={() => setAsked(true)}
              aria-label={`Take back the invitation of ${name}`}
            >
              {is_open ? "Take back" : "Remove"}
            </Button>
          </div>
        )}
      </div>
      {isAsked && (
        <Remove
          words={`The link ${name} has opens nothing any more.`}
          act={(why) => tellingApi.withdrawInvitation(whose.patient, invitation.id, why)}
          whose={whose}
          verb={is_open ? "Take it back" : "Remove it"}
          onDone={() => setAsked(false)}
        />
      )}
    </li>
  );
}

function Change({ relative, whose, onDone }: LineProps & { onDone: () => void }) {
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
          Cancel
        </Button>
        <Button
          h={52}
          disabled={hears.length === 0 || (!whose.isOwn && why.trim() === "")}
          loading={act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          Save
        </Button>
      </div>
    </div>
  );
}

type HearsProps = { hears: Priority[]; setHears: (hears: Priority[]) => void; name: string };

/** Of which news somebody hears. */
export function Hears({ hears, setHears, name }: HearsProps) {
  const toggle = (priority: Priority) =>
    setHears(MOST_URGENT_FIRST.filter((one) => hears.includes(one) !== (one === priority)));
  return (
    <fieldset className={classes.hears}>
      <legend>{name ? `${name} is told of` : "They are told of"}</legend>
      {MOST_URGENT_FIRST.map((priority) => (
        <Checkbox
          key={priority}
          size="md"
          checked={hears.includes(priority)}
          onChange={() => toggle(priority)}
          label={HEARS[priority].name}
          description={HEARS[priority].means}
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
          Keep
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
