// One bed of the central station: its traces long, its numbers beside, its alarm in one line.

import { memo } from "react";
import { Link } from "wouter";
import { keyOf } from "../../ahead";
import { byUrgency, mostUrgent, needsAnswer } from "../../alarms";
import { useLivePatient, useTimed } from "../../live";
import { useAlarmsOf, useLiveScore } from "../../live-of";
import { AlarmBar } from "../../parts/alarm-bar";
import { ScoreBadge } from "../../parts/score-badge";
import { Sweep } from "../../parts/sweep";
import { EVERY_WAVE, type Look } from "../../wave-looks";
import type { Alarm, BedPlace, Patient } from "../../words";
import { LiveNumber } from "../ward/live-number";
import { Away, heartSource, type Infos } from "../ward/tile";
import { FreezeIcon } from "./icons";
import classes from "./station.module.css";

type Props = {
  bed: BedPlace;
  patient: Patient;
  infos: Infos;
  look: Look;
  isFrozen: boolean;
  freeze: (patient: number) => void;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
};

export const StationBed = memo(function StationBed(props: Props) {
  const { bed, patient, infos, look, isFrozen, freeze, acknowledge, openList } = props;
  const score = useLiveScore(patient.id);
  const alarms = [...useAlarmsOf(patient.id)].sort(byUrgency);
  const [first] = alarms;
  const open = alarms.filter(needsAnswer).length - (first && needsAnswer(first) ? 1 : 0);
  return (
    <article
      className={classes.bed}
      data-alarm={mostUrgent(alarms) ?? undefined}
      data-patient={patient.id}
      data-frozen={isFrozen || undefined}
      aria-label={`Bed ${bed.bed}, ${patient.name}`}
    >
      <div className={classes.head}>
        <span className={classes.label}>{bed.bed}</span>
        <Link href={`/patients/${patient.id}`} className={classes.name} data-tile={patient.id}>
          {patient.name}
        </Link>
        <button
          type="button"
          className={classes.freeze}
          aria-label={`Freeze ${patient.name}`}
          aria-pressed={isFrozen}
          title="Freeze these traces: look back, measure, print (key f)"
          onClick={() => freeze(patient.id)}
        >
          <FreezeIcon size={15} />
        </button>
        <ScoreBadge score={score} isFlat />
      </div>
      <div className={classes.body}>
        <div className={classes.traces}>
          <Sweep patient={patient.id} waves={EVERY_WAVE} height="100%" look={look} />
          <div className={classes.away}>
            <Away devices={bed.devices} />
          </div>
        </div>
        <Numbers patient={patient.id} infos={infos} />
      </div>
      {first && (
        <div className={classes.alarm}>
          <AlarmBar key={keyOf(first)} alarm={first} acknowledge={acknowledge} shape="head" />
          {open > 0 && (
            <button type="button" className={classes.more} onClick={openList}>
              {open} more
            </button>
          )}
        </div>
      )}
    </article>
  );
});

function Numbers({ patient, infos }: { patient: number; infos: Infos }) {
  const { vitals } = useLivePatient(patient);
  const one = (label: string, colour: string, size: "dense" | "dense-big", ...names: string[]) => (
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
      {one(heart === "pulse" ? "Pulse" : "HR", "heart", "dense-big", heart)}
      {one("SpO₂", "oxygen", "dense-big", "oxygen_saturation")}
      {one("Resp", "breath", "dense", "respiratory_rate")}
      {one("BP", "pressure", "dense", "systolic", "diastolic")}
    </div>
  );
}
