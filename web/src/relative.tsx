// The pages of a relative: what the patient who chose them is told, in the same words, what to do
// about it, and whom to call. Nothing else of the patient is ever sent here but what they let read.

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import { api } from "./api";
import { clockTime } from "./languages/counting";
import { Filled } from "./languages/filled";
import { fill, listed, secondsAgo, words } from "./languages/speaking";
import { useCalls, useConnections, useLink, useNow } from "./live";
import { AtHome, further } from "./parts/at-home";
import {
  BellIcon,
  CheckIcon,
  ClockIcon,
  EyeIcon,
  KeyIcon,
  PersonIcon,
  UnplugIcon,
  WarningIcon,
} from "./parts/icons";
import { PhoneIcon } from "./parts/more-icons";
import { Empty, Trouble, Waiting } from "./parts/states";
import { useTitle } from "./parts/title";
import own from "./relative.module.css";
import { firstName, hearsInWords, urgency } from "./screens/told/words";
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
  return (
    <AtHome home={words("relative").title} pages={PAGES}>
      <Told />
    </AtHome>
  );
}

function Told() {
  useTitle(words("relative").title);
  const connections = useConnections();
  const calls = useCalls()
    .map(({ id, ended }) => `${id} ${ended}`)
    .join();
  const told = useQuery({
    queryKey: ["told"],
    queryFn: api.told,
    refetchInterval: REFRESH_MS,
  });
  const isLost = useLink().state === "lost" || told.error !== null;
  const { refetch } = told;
  // Asked again, and what is here stays where that fails: an alert must not give way to an error.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them may be news
  useEffect(() => {
    if (connections > 0) void refetch();
  }, [connections, calls, refetch]);
  if (told.error && !told.data)
    return <Trouble error={told.error} again={() => void told.refetch()} />;
  if (!told.data) return <Waiting />;
  return <Page page={told.data} isLost={isLost} />;
}

function Page({ page, isLost }: { page: ToldPage; isLost: boolean }) {
  const open = page.told.filter((one) => !one.is_over);
  const over = page.told.filter((one) => one.is_over);
  return (
    <div className={own.list}>
      {open.map((one) => (
        <Open key={one.call_id} told={one} page={page} />
      ))}
      {open.length === 0 && <Quiet page={page} isLost={isLost} />}
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
function Quiet({ page: { chosen, ended }, isLost }: { page: ToldPage; isLost: boolean }) {
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
      <section className={own.hero} data-lost>
        <h1>
          <UnplugIcon size={34} /> {words("today").cannotReach}
        </h1>
        <p>{words("today").outOfDate}</p>
      </section>
    );
  const names = listed(chosen.map(({ patient }) => firstName(patient)));
  return (
    <section className={own.hero}>
      <h1>
        <CheckIcon size={34} /> {say.nothing}
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

function Open({ told, page }: { told: ToldRelative; page: ToldPage }) {
  const now = useNow();
  const name = firstName(told.patient);
  const telephone = page.chosen.find(({ patient }) => patient === told.patient)?.telephone ?? "";
  const say = words("relative");
  const isNow = now - told.since < 3_000;
  return (
    <article
      className={own.told}
      data-priority={told.priority}
      role={told.priority === "high" ? "alert" : undefined}
      aria-label={fill(say.label, { urgency: urgency(told.priority), patient: told.patient })}
    >
      <header>
        <b>{urgency(told.priority)}</b>
        <time>{isNow ? words("today").justNow : secondsAgo(now - told.since)}</time>
      </header>
      <p className={own.words}>
        <span>{fill(say.wasTold, { patient: told.patient })}</span>
        {told.text}
      </p>
      <div className={own.body}>
        <h2>{say.canDo}</h2>
        <ol>
          {told.priority === "high" && (
            <>
              <li>
                <b>{fill(say.callOrGo, { name })}</b> {say.askDone}
              </li>
              <li>
                <Filled
                  text={say.cannotReach}
                  values={{ name, emergency: <Emergency number={page.emergency_telephone} /> }}
                />
              </li>
            </>
          )}
          {told.priority === "medium" && (
            <li>
              <b>{fill(say.askSoon, { name })}</b> {say.whetherDone}
            </li>
          )}
          {told.priority === "low" && <li>{fill(say.remind, { name })}</li>}
          {telephone && (
            <li>
              <Filled
                text={say.theirTeam}
                values={{ telephone: <Telephone number={telephone} /> }}
              />
            </li>
          )}
        </ol>
        <ul className={own.facts}>
          <Fact isGood={told.patient_seen !== null}>
            {told.patient_seen === null
              ? fill(say.notSeen, { name })
              : fill(say.saw, { name, at: clockTime(told.patient_seen, now) })}
          </Fact>
          <Fact isGood={told.team === "answered"}>
            {
              {
                answered: say.answered,
                called: say.called,
                "not called": say.notCalled,
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
  const say = words("relative");
  const seen = useMutation({
    mutationFn: () => api.callSeen(told.call_id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["told"] }),
  });
  if (told.seen !== null) {
    return (
      <p className={own.seen} role="status">
        <EyeIcon size={22} /> {fill(say.youSaw, { at: clockTime(told.seen, now) })}
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
        {say.press}
      </Button>
      <p className={own.hint}>
        {seen.error ? fill(say.notNoted, { words: seen.error.message }) : say.untilPressed}
      </p>
    </>
  );
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

function Emergency({ number }: { number: string }) {
  return number ? <Telephone number={number} /> : words("relative").yourEmergency;
}

function Telephone({ number }: { number: string }) {
  return (
    <a className={own.telephone} dir="ltr" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
      <PhoneIcon size={18} /> {number}
    </a>
  );
}
