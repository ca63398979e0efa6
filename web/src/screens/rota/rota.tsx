// Who is on call now, who comes next, who stands in, whom the chain calls, and who has whom.

import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { CLOCK } from "../../freshness";
import { useNow } from "../../live";
import { PlusIcon, WarningIcon } from "../../parts/icons";
import { useWards } from "../../parts/nav";
import { PageHead } from "../../parts/page-head";
import { RotaIcon } from "../../parts/staff-icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { isCarer } from "../../roles";
import { useMe } from "../../session";
import { staffApi } from "../../staff-api";
import type { Rota, WardRotas } from "../../words";
import { AddRota } from "./add-rota";
import { leftInWords } from "./calendar";
import { ChainBox } from "./chain";
import { ChangePlan } from "./change-plan";
import { HandoverBox } from "./handover";
import { type Asked, OverrideDialog } from "./override";
import classes from "./rota.module.css";
import { nameOf, namesOf, useAct, useRotas } from "./use-rotas";
import { Weeks } from "./weeks";

export default function RotaScreen() {
  const wards = useWards();
  const { ward: asked } = useParams();
  const ward = asked ? Number(asked) : (wards.data?.[0]?.id ?? null);
  const rotas = useRotas(ward);
  const error = (!wards.data && wards.error) || (!rotas.data && rotas.error);
  const again = () => {
    void wards.refetch();
    void rotas.refetch();
  };
  if (error) return <Trouble error={error} again={again} />;
  if (wards.data?.length === 0) return <Empty title="There is no ward yet" />;
  if (!wards.data || !rotas.data) return <Waiting what="Asking for the rota" />;
  return (
    <>
      {wards.data.length > 1 && (
        <nav className={classes.wards} aria-label="Ward of the rota">
          {wards.data.map((one) => (
            <Link
              key={one.id}
              href={`/rota/${one.id}`}
              className={classes.ward}
              aria-current={one.id === ward ? "page" : undefined}
            >
              {one.name}
            </Link>
          ))}
        </nav>
      )}
      <Ward key={rotas.data.ward_id} ward={rotas.data} />
    </>
  );
}

function Ward({ ward }: { ward: WardRotas }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isAdding, setIsAdding] = useState(false);
  const [changing, setChanging] = useState<Rota | null>(null);
  const isStaff = isCarer(useMe().person.role);
  return (
    <div className={classes.page}>
      <PageHead title={`On call, ${ward.ward}`}>
        <Button
          h={44}
          variant="default"
          leftSection={<PlusIcon />}
          onClick={() => setIsAdding(true)}
        >
          Add a rota
        </Button>
      </PageHead>
      {ward.rotas.length === 0 ? (
        <Empty title="This ward has no rota yet" icon={<RotaIcon size={34} />}>
          Add one, and its chain can call whoever is on call.
        </Empty>
      ) : (
        <div className={classes.nows}>
          {ward.rotas.map((rota) => (
            <Now key={rota.id} rota={rota} ward={ward} ask={setAsked} />
          ))}
        </div>
      )}
      <div className={classes.pair}>
        <ChainBox ward={ward} />
        {isStaff && <HandoverBox ward={ward} />}
      </div>
      {ward.rotas.map((rota) => (
        <Weeks key={rota.id} rota={rota} ward={ward} ask={setAsked} changePlan={setChanging} />
      ))}
      <OverrideDialog asked={asked} ward={ward} onClose={() => setAsked(null)} />
      <ChangePlan rota={changing} ward={ward} onClose={() => setChanging(null)} />
      <AddRota ward={ward} isOpen={isAdding} onClose={() => setIsAdding(false)} />
    </div>
  );
}

type NowProps = { rota: Rota; ward: WardRotas; ask: (asked: Asked) => void };

/** One rota, as large as it matters. */
function Now({ rota, ward, ask }: NowProps) {
  const now = useNow();
  const me = useMe().person.id;
  const isEmpty = rota.now.length === 0;
  const until = rota.next?.starts ?? now + 8 * 3_600_000;
  return (
    <section className={classes.now} data-empty={isEmpty || undefined} aria-label={rota.name}>
      <h2>{rota.name}</h2>
      {isEmpty ? (
        <p className={classes.nobody}>
          <WarningIcon size={26} /> Nobody is on call
        </p>
      ) : (
        <ul className={classes.people}>
          {rota.now.map((id) => (
            <li key={id}>
              <b>{nameOf(ward.people, id)}</b>
              {id === me && <em>you</em>}
              <Screen isThere={ward.people.find((one) => one.id === id)?.is_there ?? false} />
            </li>
          ))}
        </ul>
      )}
      <p className={classes.next}>
        {rota.next ? (
          <>
            {timeOf(rota.next.starts, rota.zone)}, in {leftInWords(rota.next.starts - now)}:{" "}
            <b>{rota.next.people.length ? namesOf(ward, rota.next.people) : "nobody"}</b>
          </>
        ) : (
          "No handover within two weeks"
        )}
      </p>
      <Gap rota={rota} ask={ask} />
      <div className={classes.acts}>
        <TakeOver rota={rota} ward={ward} until={until} />
        <Button
          variant={isEmpty ? "filled" : "default"}
          h={44}
          onClick={() => ask({ rota, starts: now, ends: until })}
          aria-label={`${isEmpty ? "Put somebody on call" : "Somebody else"} for ${rota.name}`}
        >
          {isEmpty ? "Put somebody on call" : "Somebody else"}
        </Button>
      </div>
    </section>
  );
}

const timeOf = (at: number, zone: string): string =>
  new Date(at).toLocaleTimeString("en-GB", { ...CLOCK, weekday: "short", timeZone: zone });

/** A gap that comes within a day, while there is time to find somebody. */
function Gap({ rota, ask }: Omit<NowProps, "ward">) {
  const now = useNow();
  const { gap, zone } = rota;
  if (!gap || gap.starts <= now) return null;
  return (
    <div className={classes.gap} role="status">
      <span>
        <WarningIcon /> <b>Nobody from {timeOf(gap.starts, zone)}</b> to {timeOf(gap.ends, zone)},
        in {leftInWords(gap.starts - now)}
      </span>
      <Button h={44} onClick={() => ask({ rota, starts: gap.starts, ends: gap.ends })}>
        Fill the gap
      </Button>
    </div>
  );
}

type TakeOverProps = { rota: Rota; ward: WardRotas; until: number };

/** One press: I am on call instead, until the next handover. It can be taken back below. */
function TakeOver({ rota, ward, until }: TakeOverProps) {
  const me = useMe().person.id;
  const now = useNow();
  const take = useAct(() =>
    staffApi.override(rota.id, {
      kind: "replace",
      starts: Math.round(now),
      ends: Math.round(until),
      person_id: null,
      stand_in_id: me,
      why: "took over",
      changes_seen: rota.changes,
    }),
  );
  const canBeCalled = ward.people.some(({ id }) => id === me);
  if (!canBeCalled || rota.now.includes(me)) return null;
  return (
    <>
      {take.error && (
        <span role="alert" className={classes.missing}>
          {take.error.message}
        </span>
      )}
      <Button
        variant="default"
        h={44}
        loading={take.isPending}
        onClick={() => take.mutate(undefined)}
        aria-label={`I take over until ${timeOf(until, rota.zone)}, ${rota.name}`}
      >
        I take over until {timeOf(until, rota.zone)}
      </Button>
    </>
  );
}

/** Whether a call would stand on their screen: without one the next person is called sooner. */
function Screen({ isThere }: { isThere: boolean }) {
  return (
    <small className={classes.screen} data-there={isThere || undefined}>
      <i aria-hidden="true" />
      {isThere ? "at a screen" : "no screen open"}
    </small>
  );
}
