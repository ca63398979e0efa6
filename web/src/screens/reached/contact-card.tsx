// One way: where it goes, when it is used, whether it is proven, and a test of it.

import { ActionIcon, Button, Menu } from "@mantine/core";
import { useState } from "react";
import { fill, secondsAgo, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { BellIcon, ListIcon } from "../../parts/icons";
import { MailIcon, MessageIcon, PhoneIcon } from "../../parts/more-icons";
import { unsubscribe } from "../../push";
import { reachApi } from "../../reach-api";
import { isStaff } from "../../roles";
import { useMe } from "../../session";
import type { Contact, Way } from "../../words";
import { ChangeDialog } from "./change";
import { Progress } from "./progress";
import classes from "./reached.module.css";
import { useAct, useTest } from "./use-reach";
import { forWhich, standingOf, waitOf, wayWords } from "./ways";

const ICONS: Record<Way, typeof BellIcon> = {
  web_push: BellIcon,
  email: MailIcon,
  sms: MessageIcon,
  voice: PhoneIcon,
  other: ListIcon,
};
const SIGNS = { fine: "✓", watch: "?", act: "▲", quiet: "" };

type Props = {
  contact: Contact;
  place: number;
  count: number;
  isHere: boolean;
  siteNamesHealth: boolean;
  onMove: (by: -1 | 1) => void;
};

export function ContactCard({ contact, place, count, isHere, siteNamesHealth, onMove }: Props) {
  const say = words("reached");
  const [isChanging, setChanging] = useState(false);
  const { start, progress } = useTest(contact.id);
  const remove = useAct(async () => {
    // The server first: where it refuses, this browser is reached as before.
    await reachApi.removeContact(contact.id);
    if (isHere) await unsubscribe();
  });
  const now = useNow();
  const isPatient = !isStaff(useMe().person.role);
  const Icon = ICONS[contact.way];
  const title = titleOf(contact);
  const standing = standingOf(contact, (at) => secondsAgo(now - at));
  return (
    <li className={classes.way} data-way={contact.way}>
      <span className={classes.place} aria-hidden="true">
        {place}
      </span>
      <div className={classes.what}>
        <h2>
          <Icon size={20} />
          <span>{title}</span>
          {isHere && <span className={classes.here}>{say.here}</span>}
        </h2>
        <p className={classes.when}>
          {waitOf(contact.after_seconds)}
          {!isPatient && ` · ${forWhich(contact.priority_min)}`}
          {contact.may_name_health && siteNamesHealth && ` · ${say.saysWhat}`}
        </p>
        <p className={classes.standing} data-tone={standing.tone}>
          <span aria-hidden="true">{SIGNS[standing.tone]}</span> {standing.text}
        </p>
        {[start.error, remove.error].map(
          (error) =>
            error && (
              <p key={error.message} role="alert" className={classes.wrong}>
                {error.message}
              </p>
            ),
        )}
        {progress && progress.state !== "failed" && (
          <Progress delivery={progress} way={contact.way} />
        )}
      </div>
      <div className={classes.acts}>
        <Button
          variant="default"
          h={44}
          loading={start.isPending}
          onClick={() => start.mutate(undefined)}
          aria-label={fill(say.testWhat, { title })}
        >
          {say.test}
        </Button>
        <More
          title={title}
          place={place}
          count={count}
          onMove={onMove}
          onChange={() => setChanging(true)}
          onRemove={() => remove.mutate(undefined)}
        />
      </div>
      <ChangeDialog
        contact={contact}
        title={title}
        siteNamesHealth={siteNamesHealth}
        isOpen={isChanging}
        onClose={() => setChanging(false)}
      />
    </li>
  );
}

function titleOf({ way, label, address }: Contact): string {
  const say = words("reached");
  if (way === "web_push") return fill(say.pushTo, { label: label || say.aBrowser });
  const values = { way: wayWords(way).name, label, address };
  return fill(label ? say.named : say.unnamed, values);
}

type MoreProps = Omit<Props, "siteNamesHealth" | "isHere" | "contact"> & {
  title: string;
  onChange: () => void;
  onRemove: () => void;
};

function More({ title, place, count, onMove, onChange, onRemove }: MoreProps) {
  const say = words("reached");
  const more = fill(say.more, { title });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="default" size={44} aria-label={more} title={more}>
          <span aria-hidden="true">⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onChange}>{say.changeWhen}</Menu.Item>
        <Menu.Item disabled={place === 1} onClick={() => onMove(-1)}>
          {say.earlier}
        </Menu.Item>
        <Menu.Item disabled={place === count} onClick={() => onMove(1)}>
          {say.later}
        </Menu.Item>
        <Menu.Item color="red" onClick={onRemove}>
          {say.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
