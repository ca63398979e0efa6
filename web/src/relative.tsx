// The pages of a relative: what the patient who chose them is told, in the same words, what to do
// about it, and whom to call. Nothing else of the patient is ever sent here but what they let read.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "./api";
import { useAskedAnew } from "./asked-anew";
import { clockTime } from "./languages/counting";
import { Filled } from "./languages/filled";
import { fill, listed, words } from "./languages/speaking";
import { useCallNews, useConnections, useLink, useNow } from "./live";
import { AtHome, further } from "./parts/at-home";
import {
  BellIcon,
  CheckIcon,
  ClockIcon,
  KeyIcon,
  PersonIcon,
  UnplugIcon,
  WarningIcon,
} from "./parts/icons";
import { Empty, Trouble, Waiting } from "./parts/states";
import { useTitle } from "./parts/title";
import own from "./relative.module.css";
import { useNeverShorter } from "./screens/me/hero";
import { Emergency, Open, Telephone } from "./screens/relative/alert";
import { Sheet, useArrived } from "./screens/relative/arrived";
import { firstName, hearsInWords } from "./screens/told/words";
import { useLive } from "./session";
import type { ToldPage, ToldRelative } from "./words";

const REFRESH_MS = 10_000;
const PAGES = [
  ["/account", further(() => import("./screens/account/account"))],
  ["/reached", further(() => import("./screens/reached/reached"))],
  ["/quiet", further(() => import("./screens/told/own-quiet"))],
  ["/of/:patient/reports", further(() => import("./screens/report/let"))],
  ["/of/:patient/messages", further(() => import("./screens/letters/let"))],
  ["/choices", further(() => import("./screens/choices/choices"))],
  ["/m/:token", further(() => import("./screens/reached/opened"))],
] as const;

export default function RelativePages() {
  useLive();
  const told = useTold();
  const isLost = useLink().state === "lost" || told.error !== null;
  const { arrived, put } = useArrived(told.data?.told);
  return (
    <>
      <AtHome home={words("relative").title} pages={PAGES}>
        <Told of={told} isLost={isLost} arrived={arrived} />
      </AtHome>
      {told.data && arrived.length > 0 && (
        <Sheet page={told.data} told={arrived} isLost={isLost} put={put} />
      )}
    </>
  );
}

/** Asked on every page of a relative's: what comes is laid over whichever is open. */
function useTold() {
  const connections = useConnections();
  const calls = useCallNews();
  const told = useQuery({
    queryKey: ["told"],
    queryFn: api.told,
    refetchInterval: REFRESH_MS,
  });
  // What is here stays where that fails: an alert must not give way to an error.
  useAskedAnew(told, `${connections} ${calls}`);
  return told;
}

type ToldProps = Omit<PageProps, "page"> & { of: ReturnType<typeof useTold> };

function Told({ of, isLost, arrived }: ToldProps) {
  useTitle(words("relative").title);
  if (of.error && !of.data) return <Trouble error={of.error} again={() => void of.refetch()} />;
  if (!of.data) return <Waiting />;
  return <Page page={of.data} isLost={isLost} arrived={arrived} />;
}

type PageProps = { page: ToldPage; isLost: boolean; arrived: readonly ToldRelative[] };

function Page({ page, isLost, arrived }: PageProps) {
  const open = page.told.filter((one) => !one.is_over && !arrived.includes(one));
  const over = page.told.filter((one) => one.is_over);
  return (
    <div className={own.list}>
      {open.map((one) => (
        <Open key={one.call_id} told={one} page={page} isLost={isLost} />
      ))}
      {open.length === 0 && <Quiet {...{ page, isLost, arrived }} />}
      <Ended page={page} isAlone={page.chosen.length === 0} />
      {over.length > 0 && <Over told={over} />}
      {page.chosen.length > 0 && <Chosen page={page} />}
      {page.chosen.length > 0 && <Ways />}
      <p className={own.emergency}>
        <b>{words("today").noEmergency}</b>{" "}
        <Filled
          text={words("relative").somebodyIll}
          values={{ emergency: <Emergency number={page.emergency_telephone} /> }}
        />
      </p>
    </div>
  );
}

/** Nothing stands. Whether that is calm depends on whether anybody has them told at all. */
function Quiet({ page: { chosen, ended }, isLost, arrived }: PageProps) {
  const box = useNeverShorter();
  const say = words("relative");
  if (chosen.length === 0) {
    if (ended.length > 0) return null;
    return (
      <Empty title={say.noneYet} icon={<BellIcon size={34} />}>
        {say.getLink}
      </Empty>
    );
  }
  if (isLost)
    return (
      <section ref={box} className={own.hero} data-tone="act">
        <h1>
          <UnplugIcon size={34} /> {words("today").cannotReach}
        </h1>
        <p>{words("today").outOfDate}</p>
      </section>
    );
  const names = listed(chosen.map(({ patient }) => firstName(patient)));
  const isNow = arrived.some(({ priority }) => priority === "high");
  const today = words("today");
  return (
    <section
      ref={box}
      className={own.hero}
      data-tone={isNow ? "act" : arrived.length > 0 ? "watch" : undefined}
    >
      <h1>
        {arrived.length > 0 ? <WarningIcon size={34} /> : <CheckIcon size={34} />}{" "}
        {arrived.length === 0 ? say.nothing : isNow ? today.actNow : today.look}
      </h1>
      <p>{fill(say.whenTold, { names })}</p>
    </section>
  );
}

/** Who is told no more must know it: their page is silent from now on. */
function Ended({ page, isAlone }: { page: ToldPage; isAlone: boolean }) {
  const now = useNow();
  const say = words("relative");
  return page.ended.map(({ patient, ended }) => (
    <section key={patient} className={own.ended} role={isAlone ? "status" : undefined}>
      <h2>
        <WarningIcon size={22} /> {fill(say.noMore, { patient })}
      </h2>
      <p>{fill(say.ended, { at: clockTime(ended, now), name: firstName(patient) })}</p>
    </section>
  ));
}

function Over({ told }: { told: ToldRelative[] }) {
  const now = useNow();
  const say = words("relative");
  return (
    <section className={own.card} aria-labelledby="over">
      <h2 id="over">{say.over}</h2>
      <ul className={own.over}>
        {told.map((one) => (
          <li key={one.call_id}>
            <p>
              <b>{one.patient}</b>: {one.text}
            </p>
            <small>
              {one.over === null
                ? fill(say.overLine, { at: clockTime(one.since, now) })
                : fill(say.overSince, {
                    at: clockTime(one.since, now),
                    over: clockTime(one.over, now),
                  })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Chosen({ page: { chosen } }: { page: ToldPage }) {
  const say = words("relative");
  return (
    <section className={own.card} aria-labelledby="chosen">
      <h2 id="chosen">{say.mayKnow}</h2>
      {chosen.map(({ patient, patient_id, may, priorities, telephone }) => (
        <p key={patient}>
          <Filled
            text={say.hasYouTold}
            values={{
              patient: <b>{patient}</b>,
              hears: hearsInWords(priorities),
              name: firstName(patient),
            }}
          />{" "}
          {!may.includes("reports") && say.neverShown}
          <Let patient={patient_id} name={firstName(patient)} may={may} />
          {telephone && (
            <>
              {" "}
              <Filled
                text={say.careTeam}
                values={{ telephone: <Telephone number={telephone} /> }}
              />
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
  const say = words("relative");
  return (
    <span className={own.let}>
      {may.includes("reports") && (
        <Link href={`/of/${patient}/reports`}>{fill(say.reportsOf, { name })}</Link>
      )}
      {may.includes("letters") && (
        <Link href={`/of/${patient}/messages`}>{fill(say.lettersAbout, { name })}</Link>
      )}
    </span>
  );
}

/** Whoever has no way but this page hears nothing once it is closed. */
function Ways() {
  const reach = useQuery({ queryKey: ["reach"], queryFn: api.reach });
  const say = words("relative");
  const isAlone = reach.data?.contacts.length === 0;
  return (
    <nav className={own.ways} aria-label={say.how}>
      {isAlone && (
        <p role="status">
          <WarningIcon size={22} /> {say.pageOnly}
        </p>
      )}
      <Link href="/reached">
        <BellIcon size={22} /> {say.reached}
      </Link>
      <Link href="/quiet">
        <ClockIcon size={22} /> {say.quiet}
      </Link>
      <Link href="/account">
        <KeyIcon size={22} /> {say.account}
      </Link>
      <Link href="/choices">
        <PersonIcon size={22} /> {say.choices}
      </Link>
    </nav>
  );
}
