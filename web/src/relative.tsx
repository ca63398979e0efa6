// The pages of a relative: what the patient who chose them is told, in the same words, what to do
// about it, and whom to call. Nothing else of the patient is ever sent here but what they let read.

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode } from "react";
import { Link } from "wouter";
import { api } from "./api";
import { clockTime, inWords } from "./freshness";
import { useCalls, useConnections, useNow } from "./live";
import { AtHome } from "./parts/at-home";
import {
  BellIcon,
  CheckIcon,
  ClockIcon,
  EyeIcon,
  KeyIcon,
  PhoneIcon,
  WarningIcon,
} from "./parts/icons";
import { useTitle } from "./parts/page-head";
import { Empty, Trouble, Waiting } from "./parts/states";
import own from "./relative.module.css";
import { firstName, hearsInWords, URGENCY } from "./screens/told/words";
import { useLive } from "./session";
import type { ToldPage, ToldRelative } from "./words";

const REFRESH_MS = 10_000;
const PAGES = [
  ["/account", lazy(() => import("./screens/account/account"))],
  ["/reached", lazy(() => import("./screens/reached/reached"))],
  ["/quiet", lazy(() => import("./screens/told/own-quiet"))],
  ["/of/:patient/reports", lazy(() => import("./screens/report/let"))],
  ["/of/:patient/messages", lazy(() => import("./screens/letters/let"))],
  ["/m/:token", lazy(() => import("./screens/reached/opened"))],
] as const;

export default function RelativePages() {
  useLive();
  return (
    <AtHome home="What you are told" pages={PAGES}>
      <Told />
    </AtHome>
  );
}

function Told() {
  useTitle("What you are told");
  const connections = useConnections();
  const calls = useCalls()
    .map(({ id, ended }) => `${id} ${ended}`)
    .join();
  const told = useQuery({
    queryKey: ["told", connections, calls],
    queryFn: api.told,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  if (told.error && !told.data)
    return <Trouble error={told.error} again={() => void told.refetch()} />;
  if (!told.data) return <Waiting />;
  return <Page page={told.data} />;
}

function Page({ page }: { page: ToldPage }) {
  const open = page.told.filter((one) => !one.is_over);
  const over = page.told.filter((one) => one.is_over);
  return (
    <div className={own.list}>
      {open.map((one) => (
        <Open key={one.call_id} told={one} page={page} />
      ))}
      {open.length === 0 && <Quiet page={page} />}
      <Ended page={page} isAlone={page.chosen.length === 0} />
      {over.length > 0 && <Over told={over} />}
      {page.chosen.length > 0 && <Chosen page={page} />}
      {page.chosen.length > 0 && <Ways />}
      <p className={own.emergency}>
        <b>Homeward is not an emergency service.</b> If somebody is very ill, call{" "}
        <Emergency number={page.emergency_telephone} /> now.
      </p>
    </div>
  );
}

/** Nothing stands. Whether that is calm depends on whether anybody has them told at all. */
function Quiet({ page: { chosen, ended } }: { page: ToldPage }) {
  if (chosen.length === 0) {
    if (ended.length > 0) return null;
    return (
      <Empty title="Nobody has you told yet" icon={<BellIcon size={34} />}>
        Whoever wants you told gives you a link. Open it here to accept.
      </Empty>
    );
  }
  const names = new Intl.ListFormat("en").format(chosen.map(({ patient }) => firstName(patient)));
  return (
    <section className={own.hero}>
      <h1>
        <CheckIcon size={34} /> Nothing to tell now
      </h1>
      <p>When {names} is told of something you may hear, it stands here.</p>
    </section>
  );
}

/** Who is told no more must know it: their page is silent from now on. */
function Ended({ page, isAlone }: { page: ToldPage; isAlone: boolean }) {
  const now = useNow();
  return page.ended.map(({ patient, ended }) => (
    <section key={patient} className={own.ended} role={isAlone ? "status" : undefined}>
      <h2>
        <WarningIcon size={22} /> You are no longer told about {patient}
      </h2>
      <p>
        It ended {clockTime(ended, now)}. Whatever happens from then on is not shown here. If that
        is a mistake, ask {firstName(patient)} for a new link.
      </p>
    </section>
  ));
}

function Open({ told, page }: { told: ToldRelative; page: ToldPage }) {
  const now = useNow();
  const name = firstName(told.patient);
  const telephone = page.chosen.find(({ patient }) => patient === told.patient)?.telephone ?? "";
  const ago = inWords(now - told.since);
  return (
    <article
      className={own.told}
      data-priority={told.priority}
      role={told.priority === "high" ? "alert" : undefined}
      aria-label={`${URGENCY[told.priority]}: ${told.patient}`}
    >
      <header>
        <b>{URGENCY[told.priority]}</b>
        <time>{ago === "now" ? "just now" : `${ago} ago`}</time>
      </header>
      <p className={own.words}>
        <span>{told.patient} was told: </span>
        {told.text}
      </p>
      <div className={own.body}>
        <h2>What you can do</h2>
        <ol>
          {told.priority === "high" && (
            <>
              <li>
                <b>Call {name}, or go there.</b> Ask whether it is done.
              </li>
              <li>
                You cannot reach {name}, or {name} is confused or very ill? Call{" "}
                <Emergency number={page.emergency_telephone} />.
              </li>
            </>
          )}
          {told.priority === "medium" && (
            <li>
              <b>Ask {name} soon</b> whether it is done.
            </li>
          )}
          {told.priority === "low" && <li>Nothing you must do. You may remind {name}.</li>}
          {telephone && (
            <li>
              Their care team: <Telephone number={telephone} />
            </li>
          )}
        </ol>
        <ul className={own.facts}>
          <Fact isGood={told.patient_seen !== null}>
            {told.patient_seen === null
              ? `${name} has not seen it yet.`
              : `${name} saw it ${clockTime(told.patient_seen, now)}.`}
          </Fact>
          <Fact isGood={told.team === "answered"}>
            {
              {
                answered: "The care team has answered.",
                called: "The care team is called and has not answered yet.",
                "not called": "The care team is not called for this.",
              }[told.team]
            }
          </Fact>
        </ul>
        <SeenButton told={told} />
      </div>
    </article>
  );
}

function Fact({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  return (
    <li data-good={isGood || undefined}>
      {isGood ? <CheckIcon size={20} /> : <ClockIcon size={20} />} {children}
    </li>
  );
}

/** A page that stands open in an empty room is no receipt: somebody must press. */
function SeenButton({ told }: { told: ToldRelative }) {
  const client = useQueryClient();
  const now = useNow();
  const seen = useMutation({
    mutationFn: () => api.callSeen(told.call_id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["told"] }),
  });
  if (told.seen !== null) {
    return (
      <p className={own.seen} role="status">
        <EyeIcon size={22} /> You said that you have seen it, {clockTime(told.seen, now)}.
      </p>
    );
  }
  return (
    <>
      <Button
        className={own.press}
        size="lg"
        fullWidth
        leftSection={<EyeIcon size={22} />}
        loading={seen.isPending}
        onClick={() => seen.mutate()}
      >
        I have seen it
      </Button>
      <p className={own.hint}>
        {seen.error
          ? `It could not be noted: ${seen.error.message}`
          : `Until you press this, you are told again.`}
      </p>
    </>
  );
}

function Over({ told }: { told: ToldRelative[] }) {
  const now = useNow();
  return (
    <section className={own.card} aria-labelledby="over">
      <h2 id="over">Over, in the last week</h2>
      <ul className={own.over}>
        {told.map((one) => (
          <li key={one.call_id}>
            <p>
              <b>{one.patient}</b>: {one.text}
            </p>
            <small>
              {clockTime(one.since, now)}. It is over
              {one.over !== null && ` since ${clockTime(one.over, now)}`}.
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Chosen({ page: { chosen } }: { page: ToldPage }) {
  return (
    <section className={own.card} aria-labelledby="chosen">
      <h2 id="chosen">What you may know</h2>
      {chosen.map(({ patient, patient_id, may, priorities, telephone }) => (
        <p key={patient}>
          <b>{patient}</b> has you told of {hearsInWords(priorities)}, in the words{" "}
          {firstName(patient)} reads.{" "}
          {!may.includes("reports") && "Measured values are never shown to you."}
          <Let patient={patient_id} name={firstName(patient)} may={may} />
          {telephone && (
            <>
              {" "}
              Care team: <Telephone number={telephone} />
            </>
          )}
        </p>
      ))}
    </section>
  );
}

type LetProps = { patient: number; name: string; may: readonly string[] };

/** What the patient lets them read besides. */
function Let({ patient, name, may }: LetProps) {
  return (
    <span className={own.let}>
      {may.includes("reports") && <Link href={`/of/${patient}/reports`}>Reports of {name}</Link>}
      {may.includes("letters") && (
        <Link href={`/of/${patient}/messages`}>Messages about {name}</Link>
      )}
    </span>
  );
}

/** Whoever has no way but this page hears nothing once it is closed. */
function Ways() {
  const reach = useQuery({ queryKey: ["reach"], queryFn: api.reach });
  const isAlone = reach.data?.contacts.length === 0;
  return (
    <nav className={own.ways} aria-label="How you are told">
      {isAlone && (
        <p role="status">
          <WarningIcon size={22} /> You are told only while this page is open. Add another way:
        </p>
      )}
      <Link href="/reached">
        <BellIcon size={22} /> How I am reached
      </Link>
      <Link href="/quiet">
        <ClockIcon size={22} /> My quiet hours
      </Link>
      <Link href="/account">
        <KeyIcon size={22} /> My account
      </Link>
    </nav>
  );
}

function Emergency({ number }: { number: string }) {
  return number ? <Telephone number={number} /> : <>your emergency number</>;
}

function Telephone({ number }: { number: string }) {
  return (
    <a className={own.telephone} href={`tel:${number.replace(/[^\d+]/g, "")}`}>
      <PhoneIcon size={18} /> {number}
    </a>
  );
}
