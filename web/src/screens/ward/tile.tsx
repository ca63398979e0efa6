// One bed of the board.

import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import { keyOf } from "../../ahead";
import { byUrgency, mostUrgent, needsAnswer } from "../../alarms";
import { age, ageInWords, inWords, isStale } from "../../freshness";
import { type LivePatient, useLivePatient, useTimed } from "../../live";
import { useAlarmsOf, useLiveDevices, useLiveScore } from "../../live-of";
import { AlarmBar } from "../../parts/alarm-bar";
import { UnplugIcon } from "../../parts/icons";
import { ScoreBadge } from "../../parts/score-badge";
import { LimitsIcon } from "../../parts/staff-icons";
import { Sweep } from "../../parts/sweep";
import { ACVPU } from "../../units";
import type { Alarm, BedDevice, BedPlace, Patient, VitalInfo } from "../../words";
import { LiveNumber } from "./live-number";
import classes from "./tile.module.css";

export type Infos = ReadonlyMap<string, VitalInfo>;
export type TileProps = {
  bed: BedPlace;
  infos: Infos;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
};

/** More than this would push the numbers off the tile; the rest is in the list. */
const BARS_MAX = 2;
const NOT_KNOWN = -1;
const BOARD_WAVES = ["ecg_ii", "pleth"];

export function EmptyTile({ bed }: { bed: string }) {
  return (
    <article className={`${classes.tile} ${classes.empty}`} aria-label={`Bed ${bed}, empty`}>
      <span className={classes.bed}>{bed}</span>
      <span>Empty bed</span>
    </article>
  );
}

export const WardTile = memo(function WardTile(props: TileProps) {
  const { bed, infos, acknowledge, openList } = props;
  const { patient } = bed;
  if (!patient) return <EmptyTile bed={bed.bed} />;
  return (
    <Frame bed={bed} patient={patient} acknowledge={acknowledge} openList={openList}>
      {patient.closed.includes("waves") ? (
        <Closed what="Waveforms" />
      ) : (
        <div className={classes.wave}>
          <Sweep patient={patient.id} waves={BOARD_WAVES} height="100%" />
        </div>
      )}
      {patient.closed.includes("readings") ? (
        <Closed what="Values" />
      ) : (
        <WardNumbers patient={patient.id} infos={infos} />
      )}
    </Frame>
  );
});

/** That nothing is shown says nothing: the patient closed it, and alarms go on. */
export function Closed({ what }: { what: string }) {
  return <p className={classes.closed}>{what} closed by the patient. Alarms go on.</p>;
}

function WardNumbers({ patient, infos }: { patient: number; infos: Infos }) {
  const { vitals } = useLivePatient(patient);
  const one = (label: string, colour: string, size: "big" | "small", ...names: string[]) => (
    <LiveNumber
      label={label}
      colour={colour}
      size={size}
      values={names.map((name) => vitals[name])}
      infos={names.map((name) => infos.get(name))}
    />
  );
  const heart = useTimed((now) => heartSource(vitals, infos, now));
  return (
    <div className={classes.numbers}>
      {one(heart === "pulse" ? "Pulse" : "HR", "heart", "big", heart)}
      {one("SpO₂", "oxygen", "big", "oxygen_saturation")}
      {one("Resp", "breath", "big", "respiratory_rate")}
      {one("NIBP", "pressure", "small", "systolic", "diastolic")}
      {one("Temp", "warmth", "small", "temperature")}
      <Mind vitals={vitals} infos={infos} />
    </div>
  );
}

/** The electrodes' rate if it is fresh, else the finger's, and then it is called pulse. */
export function heartSource(vitals: LivePatient["vitals"], infos: Infos, now: number): string {
  const isFresh = (name: string) => {
    const value = vitals[name];
    const info = infos.get(name);
    return value !== undefined && info !== undefined && !isStale(value, info, now);
  };
  return !isFresh("heart_rate") && isFresh("pulse") ? "pulse" : "heart_rate";
}

type MindProps = { vitals: LivePatient["vitals"]; infos: Infos };

/** What a nurse enters: consciousness, and whether oxygen is given. */
function Mind({ vitals, infos }: MindProps) {
  const read = (name: string, now: number) => {
    const value = vitals[name];
    const info = infos.get(name);
    return value && info && !isStale(value, info, now) ? value : null;
  };
  const mind = useTimed((now) => read("consciousness", now)?.value ?? NOT_KNOWN);
  const oxygen = useTimed((now) => read("on_oxygen", now)?.value ?? NOT_KNOWN);
  const since = useTimed((now) => {
    const ages = [read("consciousness", now), read("on_oxygen", now)].filter((one) => one !== null);
    const oldest = ages.sort((one, other) => age(other, now) - age(one, now))[0];
    return oldest?.byHand ? ageInWords(oldest, now) : "";
  });
  const [letter, words] = ACVPU[mind] ?? ["--", "ACVPU not known"];
  return (
    <div className={classes.mind}>
      <span>ACVPU · O₂</span>
      <div title={words}>{letter}</div>
      <div>{oxygen === NOT_KNOWN ? "--" : oxygen ? "on oxygen" : "on air"}</div>
      {since && <small>{since}</small>}
    </div>
  );
}

type FrameProps = {
  bed: BedPlace;
  patient: Patient;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
  /** A patient at home is scored only when somebody has measured enough. */
  isScored?: boolean;
  children: ReactNode;
};

/** What every tile has: whose it is, how ill they are, what calls, and which device is away. */
export function Frame(props: FrameProps) {
  const { bed, patient, acknowledge, openList, isScored = true, children } = props;
  const score = useLiveScore(patient.id);
  const alarms = [...useAlarmsOf(patient.id)].sort(byUrgency);
  const hidden = alarms.length - BARS_MAX;
  const urgency = mostUrgent(alarms);
  return (
    <article
      className={classes.tile}
      data-alarm={urgency ?? undefined}
      data-open={alarms.length ? (hidden > 0 ? "many" : "few") : undefined}
      data-patient={patient.id}
      aria-label={`Bed ${bed.bed}, ${patient.name}`}
    >
      <div className={classes.head}>
        <span className={classes.bed}>{bed.bed}</span>
        <div className={classes.who}>
          <Link href={`/patients/${patient.id}`} className={classes.name} data-tile={patient.id}>
            {patient.name}
          </Link>
          <span className={classes.about}>
            {patient.age} {sexInWords(patient.sex)} · {patient.record_number}
            <OwnLimits bed={bed} patient={patient.id} />
          </span>
        </div>
        {(score || isScored) && !patient.closed.includes("readings") && (
          <ScoreBadge score={score} />
        )}
      </div>
      {children}
      <Away devices={bed.devices} />
      {alarms.length > 0 && (
        <div className={classes.alarms}>
          {alarms.slice(0, BARS_MAX).map((alarm, place) => (
            <AlarmBar
              key={keyOf(alarm)}
              alarm={alarm}
              acknowledge={acknowledge}
              shape={place > 0 ? "head" : "full"}
            />
          ))}
          {hidden > 0 && (
            <button type="button" className={classes.more} onClick={openList}>
              {hidden} more {hidden === 1 ? "alarm" : "alarms"}
              {alarms.slice(BARS_MAX).some(needsAnswer) ? ", not answered" : ""}
            </button>
          )}
        </div>
      )}
    </article>
  );
}

/** H-12: limits that are not the ward's stand on the tile, in few words. */
function OwnLimits({ bed, patient }: { bed: BedPlace; patient: number }) {
  if (!bed.limits_changed) return null;
  const rules = bed.limits_changed === 1 ? "1 limit" : `${bed.limits_changed} limits`;
  return (
    <Link
      href={`/patients/${patient}/limits`}
      className={classes.limits}
      data-off={bed.limits_off > 0 || undefined}
      title={`${rules} of this patient's own, ${bed.limits_off} switched off`}
    >
      <LimitsIcon size={13} />
      {bed.limits_off > 0 ? `${bed.limits_off} off` : rules}
    </Link>
  );
}

export function sexInWords(sex: string): string {
  return { female: "F", male: "M", f: "F", m: "M" }[sex.toLowerCase()] ?? "";
}

export function Away({ devices }: { devices: readonly BedDevice[] }) {
  const live = useLiveDevices();
  const known = devices.map((device) => live.get(device.name) ?? device);
  if (!known.length) {
    return (
      <div className={classes.away}>
        <UnplugIcon size={16} /> No device worn
      </div>
    );
  }
  return known
    .filter((device) => !device.connected)
    .map(({ name, last_seen }) => (
      <div key={name} className={classes.away}>
        <UnplugIcon size={16} />
        <span>
          {name} not connected
          {last_seen !== null && <LastHeard at={last_seen} />}
        </span>
      </div>
    ));
}

function LastHeard({ at }: { at: number }) {
  return `, last heard ${useTimed((now) => inWords(now - at))} ago`;
}
