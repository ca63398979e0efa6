// Today's glucose as one curve, with words for those who do not see it.

import { DECIMALS, type GlucoseUnit, glucoseIn } from "../../glucose-unit";
import { timeOf } from "../../languages/counting";
import { fill, words, written } from "../../languages/speaking";
import { useTimed } from "../../live";
import { useMe } from "../../session";
import type { Trend } from "../../words";
import { HEIGHT, type Point, path, shares, TARGET, WIDTH, within, x, y } from "./curve";
import { type Day, dayOf } from "./day";
import classes from "./today.module.css";

const HOURS = [0, 6, 12, 18, 24];

export default function GlucoseToday({ trend }: { trend: Trend | undefined }) {
  const unit = useMe().choices.glucose_unit;
  const today = useTimed((now) => dayOf(now).start);
  const series = trend?.series.find(({ vital }) => vital === "glucose");
  if (!series) return null;
  const day = dayOf(today);
  const all = series.at.map((at, index) => ({ at, value: series.mean[index] ?? Number.NaN }));
  const points = within(all, day);
  if (points.length === 0) return null;
  const told = inWords(points, unit);
  return (
    <section className={classes.card} aria-labelledby="glucose-today">
      <h2 id="glucose-today">{words("today").glucose}</h2>
      <Curve points={points} day={day} told={told} unit={unit} />
      <p className={classes.share}>{told}</p>
    </section>
  );
}

const shownIn = (unit: GlucoseUnit, value: number) =>
  written(glucoseIn(unit, value), DECIMALS[unit], DECIMALS[unit]);

function inWords(points: Point[], unit: GlucoseUnit): string {
  const share = shares(points);
  if (!share) return "";
  const say = words("today");
  const [low, high] = TARGET.map((value) => shownIn(unit, value)) as [string, string];
  const parts = [
    fill(say.within, { percent: share.within, low, high: `${high} ${unit}` }),
    share.above > 0 && fill(say.above, { percent: share.above }),
    share.below > 0 && fill(say.below, { percent: share.below }),
  ];
  return `${parts.filter(Boolean).join(" · ")}.`;
}

type CurveProps = { points: Point[]; day: Day; told: string; unit: GlucoseUnit };

/** Time goes from left to right in every language, as on a meter and in every chart. */
function Curve({ points, day, told, unit }: CurveProps) {
  const last = points.at(-1);
  const [low, high] = TARGET;
  return (
    <svg
      className={classes.curve}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      direction="ltr"
      aria-label={words("today").curve.replace("{words}", told)}
    >
      <rect
        className={classes.target}
        x={x(day.start, day)}
        y={y(high)}
        width={x(day.end, day) - x(day.start, day)}
        height={y(low) - y(high)}
      />
      {TARGET.map((value) => (
        <text key={value} x={29} y={y(value) + 4.5} textAnchor="end">
          {shownIn(unit, value)}
        </text>
      ))}
      {HOURS.map((hour) => {
        const at = day.start + (hour / 24) * (day.end - day.start);
        const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
        return (
          <text key={hour} x={x(at, day)} y={HEIGHT - 4} textAnchor={anchor}>
            {hour === 24 ? "24:00" : timeOf(at)}
          </text>
        );
      })}
      <path d={path(points, day)} />
      {last && <circle cx={x(last.at, day)} cy={y(last.value)} r={4.5} />}
    </svg>
  );
}
