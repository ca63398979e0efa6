// Where an invitation's link leads: who asks, for what, and one step to accept. The secret stands
// behind the `#` of the address and is sent in bodies alone.

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, Refused } from "./api";
import { enteringApi } from "./entering-api";
import own from "./invited.module.css";
import { Brand } from "./parts/brand";
import { BellIcon, WarningIcon } from "./parts/icons";
import { useTitle } from "./parts/page-head";
import { SchemeButton } from "./parts/scheme-button";
import { Trouble, Waiting } from "./parts/states";
import { firstName, hearsInWords } from "./screens/told/words";
import { SESSION_KEY, useSession } from "./session";
import type { Invited, Session } from "./words";

const PASSWORD_MIN = 12;
const secret = () => window.location.hash.slice(1);
/** A page loaded anew: nothing of the secret stays in the address or in memory. */
const goHome = () => window.location.replace("/");

export default function InvitedPage() {
  useTitle("An invitation");
  const [token] = useState(secret);
  const session = useSession();
  const invited = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => enteringApi.invitation(token),
    enabled: token !== "",
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <div className={own.page}>
      <header className={own.header}>
        <Brand />
        <SchemeButton />
      </header>
      <main id="main" className={own.main}>
        {token === "" ? (
          <No title="This link is not whole">
            Open it once more from the message you got, or ask for a new one.
          </No>
        ) : invited.error ? (
          "status" in invited.error && invited.error.status === 404 ? (
            <No title="This link leads nowhere">Ask whoever sent it for a new one.</No>
          ) : (
            <Trouble error={invited.error} again={() => void invited.refetch()} />
          )
        ) : !invited.data || session.data === undefined ? (
          <Waiting what="Reading the invitation" />
        ) : (
          <Asked invited={invited.data} token={token} session={session.data} />
        )}
      </main>
    </div>
  );
}

function No({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={own.no} role="alert">
      <h1>
        <WarningIcon size={32} /> {title}
      </h1>
      <p>{children}</p>
    </section>
  );
}

type Props = { invited: Invited; token: string; session: Session | null };

function Asked({ invited, token, session }: Props) {
  const name = firstName(invited.patient);
  if (invited.state === "expired") {
    return (
      <No title="This invitation has run out">
        It was good for a week. Ask {name} for a new one: nothing is told to you until then.
      </No>
    );
  }
  if (invited.state === "withdrawn") {
    return (
      <No title="This invitation was taken back">
        Nothing is told to you. If that is a mistake, ask {name} for a new one.
      </No>
    );
  }
  if (invited.state === "accepted") {
    return (
      <section className={own.box}>
        <h1>This invitation was accepted</h1>
        <p>
          {invited.is_mine
            ? `You are told about ${invited.patient} from now on.`
            : "If it was you, sign in. If it was not, ask for a new one."}
        </p>
        <Button size="lg" onClick={goHome}>
          {session ? "Go on" : "Sign in"}
        </Button>
      </section>
    );
  }
  return <Open invited={invited} token={token} session={session} />;
}

function Open({ invited, token, session }: Props) {
  const { patient, priorities } = invited;
  return (
    <section className={own.box}>
      <h1>
        <BellIcon size={32} /> {patient} wants you told
      </h1>
      <p>
        You will be told of {hearsInWords(priorities)}: in the same plain words {firstName(patient)}{" "}
        reads, with what you can do. Measured values are never shown to you. {firstName(patient)}{" "}
        can take it back at any time.
      </p>
      {session === null ? (
        <Join invited={invited} token={token} />
      ) : session.person.role === "relative" ? (
        <Accept token={token} name={session.person.name} />
      ) : (
        <Other session={session} />
      )}
    </section>
  );
}

function Accept({ token, name }: { token: string; name: string }) {
  const accept = useMutation({
    mutationFn: () => enteringApi.acceptInvitation(token),
    onSuccess: goHome,
  });
  return (
    <div className={own.form}>
      <Wrong error={accept.error} />
      <Button size="lg" loading={accept.isPending} onClick={() => accept.mutate()}>
        Accept, as {name}
      </Button>
    </div>
  );
}

/** A carer or a patient who opened it in their own browser. */
function Other({ session }: { session: Session }) {
  const client = useQueryClient();
  const out = useMutation({
    mutationFn: api.signOut,
    onSuccess: () => client.setQueryData(SESSION_KEY, null),
  });
  return (
    <div className={own.form}>
      <p>
        You are signed in as {session.person.name}, {session.person.role}. An account of your own as
        a relative is needed for this.
      </p>
      <Wrong error={out.error} />
      <Button size="lg" loading={out.isPending} onClick={() => out.mutate()}>
        Sign out and go on
      </Button>
    </div>
  );
}

function Join({ invited, token }: { invited: Invited; token: string }) {
  const [isKnown, setKnown] = useState(invited.has_account);
  const [name, setName] = useState(invited.name);
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: async () => {
      const session = isKnown
        ? await enteringApi.signIn(login.trim(), password)
        : await enteringApi.joinInvited({
            token,
            name,
            login: login.trim().toLowerCase(),
            password,
          });
      if (session.person.role !== "relative") return; // home, as who they are
      await enteringApi.acceptInvitation(token);
    },
    onSuccess: goHome,
  });
  const isShort = !isKnown && password !== "" && password.length < PASSWORD_MIN;
  const isGuessable = join.error instanceof Refused && join.error.wants === "password";
  const atField = isGuessable && join.error?.message;
  const isReady = login.trim() !== "" && password !== "" && !isShort && (isKnown || name.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) join.mutate();
  };
  return (
    <form className={own.form} onSubmit={submit} noValidate>
      {!isKnown && (
        <TextInput
          label="Your name"
          size="md"
          autoComplete="name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={isKnown ? "Sign-in name" : "Choose a sign-in name"}
        description={isKnown ? undefined : "Your mail address, for example."}
        size="md"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={60}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
      />
      <PasswordInput
        label={isKnown ? "Password" : "Choose a password"}
        description={isKnown ? undefined : `${PASSWORD_MIN} letters or more. Four words do well.`}
        size="md"
        autoComplete={isKnown ? "current-password" : "new-password"}
        visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
        value={password}
        error={isShort ? `${PASSWORD_MIN - password.length} more` : atField}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
          if (isGuessable) join.reset();
        }}
      />
      <Wrong error={isGuessable ? null : join.error} />
      <Button type="submit" size="lg" disabled={!isReady} loading={join.isPending}>
        {isKnown ? "Sign in and accept" : "Accept"}
      </Button>
      <Button variant="subtle" size="md" onClick={() => setKnown(!isKnown)}>
        {isKnown ? "I have no account yet" : "I have an account already"}
      </Button>
    </form>
  );
}

function Wrong({ error }: { error: Error | null }) {
  return error ? (
    <p role="alert" className={own.wrong}>
      {error.message}
    </p>
  ) : null;
}
