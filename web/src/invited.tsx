// Where an invitation's link leads: who asks, for what, and one step to accept. The secret stands
// behind the `#` of the address and is sent in bodies alone.

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, Refused } from "./api";
import { enteringApi } from "./entering-api";
import own from "./invited.module.css";
import { among, fill, words, written } from "./languages/speaking";
import { Brand } from "./parts/brand";
import { BellIcon, WarningIcon } from "./parts/icons";
import { SchemeButton } from "./parts/scheme-button";
import { Trouble, Waiting } from "./parts/states";
import { useTitle } from "./parts/title";
import { firstName, hearsInWords } from "./screens/told/words";
import { comesIn, SESSION_KEY, useSession } from "./session";
import type { Invited, Session } from "./words";

const PASSWORD_MIN = 12;
const secret = () => window.location.hash.slice(1);
/** A page loaded anew: nothing of the secret stays in the address or in memory. */
const goHome = () => window.location.replace("/");

export default function InvitedPage() {
  const say = words("invited");
  useTitle(say.title);
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
          <No title={say.notWhole}>{say.openAgain}</No>
        ) : invited.error ? (
          invited.error instanceof Refused && invited.error.status === 404 ? (
            <No title={say.nowhere}>{say.askSender}</No>
          ) : (
            <Trouble error={invited.error} again={() => void invited.refetch()} />
          )
        ) : !invited.data || session.data === undefined ? (
          <Waiting what={say.reading} />
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
  const say = words("invited");
  const name = firstName(invited.patient);
  if (invited.state === "expired") {
    return <No title={say.ranOut}>{fill(say.goodForWeek, { name })}</No>;
  }
  if (invited.state === "withdrawn") {
    return <No title={say.takenBack}>{fill(say.mistake, { name })}</No>;
  }
  if (invited.state === "accepted") {
    return (
      <section className={own.box}>
        <h1>{say.accepted}</h1>
        <p>{invited.is_mine ? fill(say.toldFromNow, { patient: invited.patient }) : say.ifYou}</p>
        <Button size="lg" onClick={goHome}>
          {session ? say.goOn : words("enter").title}
        </Button>
      </section>
    );
  }
  return <Open invited={invited} token={token} session={session} />;
}

function Open({ invited, token, session }: Props) {
  const { patient, priorities } = invited;
  const say = words("invited");
  return (
    <section className={own.box}>
      <h1>
        <BellIcon size={32} /> {fill(say.wants, { patient })}
      </h1>
      <p>{fill(say.what, { hears: hearsInWords(priorities), name: firstName(patient) })}</p>
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
        {fill(words("invited").acceptAs, { name })}
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
        {fill(words("invited").other, {
          name: session.person.name,
          role: among(words("roles"), session.person.role),
        })}
      </p>
      <Wrong error={out.error} />
      <Button size="lg" loading={out.isPending} onClick={() => out.mutate()}>
        {words("invited").outAndOn}
      </Button>
    </div>
  );
}

function Join({ invited, token }: { invited: Invited; token: string }) {
  const say = words("invited");
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
      comesIn();
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
          label={say.name}
          size="md"
          autoComplete="name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={isKnown ? words("enter").login : say.chooseLogin}
        description={isKnown ? undefined : say.mail}
        size="md"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={60}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
      />
      <PasswordInput
        label={isKnown ? words("enter").password : say.choosePassword}
        description={isKnown ? undefined : fill(say.letters, { count: written(PASSWORD_MIN) })}
        size="md"
        autoComplete={isKnown ? "current-password" : "new-password"}
        visibilityToggleButtonProps={{ "aria-label": words("enter").show }}
        value={password}
        error={
          isShort ? fill(say.more, { count: written(PASSWORD_MIN - password.length) }) : atField
        }
        onChange={(event) => {
          setPassword(event.currentTarget.value);
          if (isGuessable) join.reset();
        }}
      />
      <Wrong error={isGuessable ? null : join.error} />
      <Button type="submit" size="lg" disabled={!isReady} loading={join.isPending}>
        {isKnown ? say.signInAndAccept : say.accept}
      </Button>
      <Button variant="subtle" size="md" onClick={() => setKnown(!isKnown)}>
        {isKnown ? say.noAccount : say.hasAccount}
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
