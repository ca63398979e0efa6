// Invite a relative: who, of what, and then the one link they open.

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { clockTime } from "../../languages/counting";
import { fill, words } from "../../languages/speaking";
import { useNow } from "../../live";
import { CheckIcon } from "../../parts/icons";
import { tellingApi } from "../../telling-api";
import type { InvitationMade, Priority } from "../../words";
import { Hears } from "./relatives";
import classes from "./told.module.css";
import { useChoice, type Whose } from "./use-telling";
import { Why } from "./why-field";

type Props = { whose: Whose; onDone: () => void };

export function Invite({ whose, onDone }: Props) {
  const [name, setName] = useState("");
  const [made, setMade] = useState<InvitationMade | null>(null);
  if (made) return <Link made={made} name={name} onDone={onDone} />;
  return <Form whose={whose} name={name} setName={setName} onMade={setMade} onDone={onDone} />;
}

type FormProps = Props & {
  name: string;
  setName: (name: string) => void;
  onMade: (made: InvitationMade) => void;
};

function Form({ whose, name, setName, onMade, onDone }: FormProps) {
  const say = words("told");
  const [hears, setHears] = useState<Priority[]>(["high"]);
  const [why, setWhy] = useState("");
  const act = useChoice(() => tellingApi.invite(whose.patient, name, hears, why), onMade);
  const isReady = name.trim() !== "" && hears.length > 0 && (whose.isOwn || why.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) act.mutate(undefined);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={say.theirName}
        placeholder="Mia"
        size="lg"
        required
        maxLength={60}
        autoFocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Hears hears={hears} setHears={setHears} name={name.trim()} />
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
        <Button type="submit" h={52} disabled={!isReady} loading={act.isPending}>
          {say.makeLink}
        </Button>
      </div>
    </form>
  );
}

/** The secret stands behind the `#`: a browser never sends that part to any server. */
const linkOf = (token: string) => `${window.location.origin}/invited#${token}`;

function Link({ made, name, onDone }: { made: InvitationMade; name: string; onDone: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const now = useNow();
  const link = linkOf(made.token);
  const say = words("told");
  const copy = () =>
    void navigator.clipboard?.writeText(link).then(
      () => setCopied(true),
      () => undefined, // the field can still be copied by hand
    );
  const canShare = typeof navigator.share === "function";
  return (
    <div className={classes.form} role="status">
      <p>
        <b>{fill(say.giveLink, { name })}</b>{" "}
        {fill(say.goodOnce, { at: clockTime(made.expires, now) })}
      </p>
      <TextInput
        label={say.link}
        dir="ltr"
        size="md"
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={classes.ends}>
        {canShare && (
          <Button h={52} onClick={() => void navigator.share({ url: link }).catch(() => undefined)}>
            {say.send}
          </Button>
        )}
        <Button
          h={52}
          variant={canShare ? "default" : "filled"}
          leftSection={isCopied ? <CheckIcon /> : undefined}
          onClick={copy}
        >
          {isCopied ? say.copied : say.copy}
        </Button>
        <Button variant="default" h={52} onClick={onDone}>
          {say.done}
        </Button>
      </div>
    </div>
  );
}
