// Two weeks of one rota, a day a line: who, from when to when, and where nobody is.

import { Button, VisuallyHidden } from "@mantine/core";
import { CLOCK } from "../../freshness";
import { useNow } from "../../live";
import { useMe } from "../../session";
import { staffApi } from "../../staff-api";
import type { Rota, RotaOverride, WardRotas } from "../../words";
import { type Bar, type Day, daysOf, placeIn } from "./calendar";
import type { Asked } from "./override";
import { Plans } from "./plans";
import classes from "./rota.module.css";
import { nameOf, namesOf, shortName, useAct } from "./use-rotas";

const HUES = 8;

type Props = { rota: Rota; ward: WardRotas; ask: (asked: Asked) => void };
type WeeksProps = Props & { changePlan: (rota: Rota) => void };

export function Weeks({ rota, ward, ask, changePlan }: WeeksProps) {
  const days = daysOf(rota.spans, ward.start, rota.zone);
  const teams = [...new Set(rota.spans.map((span) => span.people.join()).sort())];
  const gaps = rota.spans.filter((span) => span.people.length === 0).length;
  return (
    <section className={classes.box} aria-label={`${rota.name}, two weeks`}>
      <header className={classes.boxHead}>
        <h2>{rota.name}, two weeks</h2>
        <span className={gaps ? classes.gaps : classes.quiet}>
          {gaps === 0
            ? `no gap · ${rota.zone}`
            : `${gaps} ${gaps === 1 ? "gap" : "gaps"}: nobody would be called`}
        </span>
        <Button
          variant="default"
          h={44}
          ml="auto"
          onClick={() => changePlan(rota)}
          aria-label={`New plan for ${rota.name}`}
        >
          New plan
        </Button>
      </header>
      <div className={classes.weeks}>
        {[days.slice(0, 7), days.slice(7)].map((week) => (
          <div key={week[0]?.start} className={classes.week}>
            <Hours />
            {week.map((day) => (
              <DayLine key={day.start} day={day} rota={rota} ward={ward} teams={teams} ask={ask} />
            ))}
          </div>
        ))}
      </div>
      {rota.overrides.length > 0 && (
        <ul className={classes.changes} aria-label={`Changes of ${rota.name}`}>
          {rota.overrides.map((change) => (
            <Change key={change.id} change={change} rota={rota} ward={ward} />
          ))}
        </ul>
      )}
      <Plans rota={rota} ward={ward} />
    </section>
  );
}

function Hours() {
  return (
    <div className={classes.day} aria-hidden="true">
      <span />
      <div className={classes.hours}>
        {["00", "06", "12", "18"].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}

type DayProps = Props & { day: Day; teams: string[] };

function DayLine({ day, rota, ward, teams, ask }: DayProps) {
  const now = useNow();
  const noon = (day.start + day.end) / 2;
  const isToday = now >= day.start && now < day.end;
  const label = new Date(noon).toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    timeZone: rota.zone,
  });
  return (
    <div className={classes.day} data-today={isToday || undefined}>
      <span className={classes.date}>
        {label}
        {day.change && (
          <small title={`The clock goes ${day.change} by an hour`}>
            {day.change === "forward" ? "+1 h" : "−1 h"}
            <VisuallyHidden>, the clock goes {day.change}</VisuallyHidden>
          </small>
        )}
      </span>
      <div className={classes.line}>
        {day.bars.map((bar) => (
          <BarButton
            key={bar.starts}
            bar={bar}
            rota={rota}
            ward={ward}
            hue={teams.indexOf(bar.people.join()) % HUES}
            ask={ask}
          />
        ))}
        {isToday && (
          <i className={classes.cursor} style={{ left: `${placeIn(day, now, rota.zone)}%` }} />
        )}
      </div>
    </div>
  );
}

function BarButton({ bar, rota, ward, hue, ask }: Props & { bar: Bar; hue: number }) {
  const now = useNow();
  const me = useMe().person.id;
  const names = bar.isGap ? "Nobody" : namesOf(ward, bar.people);
  const short = bar.isGap
    ? "nobody"
    : bar.people.map((id) => shortName(nameOf(ward.people, id))).join(", ");
  return (
    <button
      type="button"
      className={classes.bar}
      style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
      data-gap={bar.isGap || undefined}
      data-mine={bar.people.includes(me) || undefined}
      data-hue={bar.isGap ? undefined : hue}
      disabled={bar.ends <= now}
      title={`${names}, ${whenOf(bar, rota.zone)}`}
      onClick={() => ask({ rota, starts: Math.max(bar.starts, now), ends: bar.ends })}
    >
      {short}
      <VisuallyHidden>{` (${names}), ${whenOf(bar, rota.zone)}: put somebody else`}</VisuallyHidden>
    </button>
  );
}

/** `Thu 26, 14:00 to Thu 26, 22:00`, by the ward's clock. */
export function whenOf({ starts, ends }: { starts: number; ends: number }, zone: string): string {
  const words = (at: number) =>
    new Date(at).toLocaleString("en-GB", {
      ...CLOCK,
      weekday: "short",
      day: "numeric",
      timeZone: zone,
    });
  return `${words(starts)} to ${words(ends)}`;
}

type ChangeProps = { change: RotaOverride; rota: Rota; ward: WardRotas };

function Change({ change, rota, ward }: ChangeProps) {
  const withdraw = useAct(() => staffApi.withdraw(change.id));
  const joins = change.stand_in_id === null ? "" : nameOf(ward.people, change.stand_in_id);
  const leaves =
    change.person_id === null ? "whoever is on call" : nameOf(ward.people, change.person_id);
  const words = {
    replace: `${joins} instead of ${leaves}`,
    add: `${joins} as well`,
    remove: `without ${leaves}`,
  }[change.kind];
  return (
    <li>
      <span>
        <b>{words}</b> {whenOf(change, rota.zone)}
        <small>
          {change.made_by ?? "the platform"}
          {change.why && `: ${change.why}`}
        </small>
      </span>
      <Button
        variant="default"
        h={44}
        loading={withdraw.isPending}
        onClick={() => withdraw.mutate(undefined)}
        aria-label={`Take back: ${words}`}
      >
        Take back
      </Button>
    </li>
  );
}
