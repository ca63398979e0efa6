// The bedside monitor at a distance: live traces, and the newest numbers with their ages.

import { age, inWords, isStale } from "../../freshness";
import { type LivePatient, type LiveValue, useLivePatient } from "../../live";
import { Sweep } from "../../parts/sweep";
import { missingOf, riskInWords, scoreInWords, worstInWords } from "../../score";
import { unitInWords, written } from "../../units";
import { useWaves } from "../../waves";
import type { Patient, Score, VitalInfo } from "../../words";
import { PARAMETERS, weightOf } from "./news2_bands";
import { PANELS } from "./panels";
import classes from "./patient.module.css";
import { BLANK } from "./readout";

// In the order in which consciousness is kept: A, C, V, P, U.
const LEVELS =
  PARAMETERS.find(({ parameter }) => parameter === "consciousness")?.bands.map(
    ({ label }) => label,
  ) ?? [];
const EVERY_WAVE = ["ecg_ii", "ecg_v", "arterial_pressure", "pleth", "respiration"];

type Props = { patient: Patient; infos: Map<string, VitalInfo>; now: number };

export function Monitor({ patient, infos, now }: Props) {
  const known = useLivePatient(patient.id);
  useWaves("patient", patient.id);
  return (
    <section className={classes.monitor} aria-label="Now">
      {hasTraces(known) && (
        <div className={classes.traces}>
          <Sweep patient={patient.id} waves={EVERY_WAVE} height="100%" />
        </div>
      )}
      <div className={classes.numbers} data-testid="numbers">
        {PANELS.map((panel) =>
          panel.isPressure ? (
            <PressureTile key={panel.id} known={known} infos={infos} now={now} />
          ) : (
            panel.vitals.map((vital) => (
              <Tile
                key={vital}
                info={infos.get(vital)}
                value={known.vitals[vital]}
                colour={panel.colour}
                now={now}
              />
            ))
          ),
        )}
        <State known={known} infos={infos} now={now} />
        <ScoreTile score={known.score} now={now} />
      </div>
    </section>
  );
}

/**
 * Whether there are traces. The record knows a wave some minutes after it began; who has a heart
 * rate has electrodes, and waits for the traces with an empty screen.
 */
function hasTraces(known: LivePatient): boolean {
  return known.waves.length > 0 || known.vitals.heart_rate !== undefined;
}

type Shown = { text: string; below: string; isOld: boolean; byHand?: boolean };

function shown(value: LiveValue, info: VitalInfo, now: number, say = written): Shown {
  const old = age(value, now);
  const isOld = isStale(value, info, now);
  const ago = old < 3_000 ? "now" : `${inWords(old)} ago`;
  const below = value.byHand && !isOld ? `by hand, ${ago}` : ago;
  return { text: isOld ? BLANK : say(value.value, info), below, isOld, byHand: value.byHand };
}

type TileProps = {
  info: VitalInfo | undefined;
  value: LiveValue | undefined;
  colour: string;
  now: number;
};

/** One number; nothing for what was never measured, dashes for what is too old to show. */
function Tile({ info, value, colour, now }: TileProps) {
  if (!info || !value) return null;
  return <Face label={info.label} unit={info.unit} colour={colour} {...shown(value, info, now)} />;
}

function Face(props: Shown & { label: string; unit: string; colour: string }) {
  const { label, unit, colour, text, below, isOld, byHand } = props;
  // Colour means live; what was entered by hand has none.
  const colourNow = byHand && !isOld ? "--hw-text" : colour;
  return (
    <div className={classes.tile} style={{ color: `var(${colourNow})` }} data-vital={label}>
      <span className={classes.vital}>
        {label} <small>{unitInWords(unit)}</small>
      </span>
      <b
        className={classes.big}
        data-old={isOld || undefined}
        data-long={text.length > 5 || undefined}
      >
        {text}
      </b>
      <span className={classes.below}>{isOld ? `last ${below}` : below}</span>
    </div>
  );
}

type KnownProps = { known: LivePatient; infos: Map<string, VitalInfo>; now: number };

function PressureTile({ known, infos, now }: KnownProps) {
  const [high, low] = [infos.get("systolic"), infos.get("diastolic")];
  const { systolic, diastolic } = known.vitals;
  if (!high || !systolic) return null;
  const upper = shown(systolic, high, now);
  const lower = low && diastolic ? shown(diastolic, low, now).text : BLANK;
  const text = `${upper.text}/${lower}`;
  return <Face label="BP" unit={high.unit} colour="--hw-pressure" {...upper} text={text} />;
}

/** What NEWS2 needs and no curve shows: consciousness and oxygen given. */
function State({ known, infos, now }: KnownProps) {
  const rows = [
    { vital: "consciousness", say: (value: number) => LEVELS[value] ?? "unknown" },
    { vital: "on_oxygen", say: (value: number) => (value > 0 ? "Oxygen" : "Air") },
  ];
  const faces = rows.flatMap(({ vital, say }) => {
    const info = infos.get(vital);
    const value = known.vitals[vital];
    return info && value ? [{ ...shown(value, info, now, say), label: info.label }] : [];
  });
  if (faces.length === 0) return null;
  return (
    <div className={classes.tile} data-small>
      {faces.map(({ label, text, below, isOld }) => (
        <div key={label} className={classes.state}>
          <span className={classes.vital}>{label === "ACVPU" ? "Consciousness" : "Breathing"}</span>
          <b data-old={isOld || undefined}>{text}</b>
          <span className={classes.below}>{below.replace(" ago", "")}</span>
        </div>
      ))}
    </div>
  );
}

function ScoreTile({ score, now }: { score: Score | null; now: number }) {
  if (!score) return null;
  const missing = missingOf(score);
  const worst = worstInWords(score);
  const said = scoreInWords(score);
  return (
    <div className={classes.tile} data-weight={weightOf(score)} data-score>
      <span className={classes.vital}>
        {score.label} <small>{inWords(Math.max(0, now - score.at))}</small>
      </span>
      <b className={classes.big} data-words={said.length > 6 || undefined}>
        {said}
      </b>
      <span className={classes.below}>
        {riskInWords(score)}
        {worst && worst !== score.risk && `, at worst ${worst} risk`}
        {missing.length > 0 && `; without ${missing.join(", ")}`}
        {score.chart && <span className={classes.sheetName}>{score.chart}</span>}
        {score.note && <span className={classes.sheetName}>{score.note}</span>}
      </span>
    </div>
  );
}
