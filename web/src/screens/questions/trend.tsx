// Sums of one questionnaire over time: a line, and the same in words.

import type { Answered } from "../../questions-api";
import classes from "./staff.module.css";

const WIDTH = 600;
const HEIGHT = 120;
const POINTS_MAX = 60;

export function Trend({ of }: { of: readonly Answered[] }) {
  const rows = of.slice(0, POINTS_MAX).reverse(); // the oldest first
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return null;
  const most = last.points_max || 1;
  const span = Math.max(1, last.answered - first.answered);
  const x = (each: Answered) =>
    rows.length === 1 ? WIDTH / 2 : ((each.answered - first.answered) / span) * WIDTH;
  const y = (each: Answered) => HEIGHT - ((each.points ?? 0) / most) * HEIGHT;
  const words = rows.map(({ points, answered }) => `${points} on ${day(answered)}`).join(", ");
  return (
    <figure className={classes.trend}>
      <b>
        {last.title}: {last.points} of {most}, {last.band}
      </b>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${last.title}, points over time: ${words}`}
      >
        {[0, 0.5, 1].map((part) => (
          <line key={part} x1={0} x2={WIDTH} y1={part * HEIGHT} y2={part * HEIGHT} />
        ))}
        <polyline points={rows.map((each) => `${x(each)},${y(each)}`).join(" ")} />
        {rows.map((each) => (
          <ellipse key={each.id} className={classes.dot} cx={x(each)} cy={y(each)} rx={5} ry={4} />
        ))}
      </svg>
      <figcaption>
        <span>{day(first.answered)}</span>
        <span>
          0 to {most} points, {rows.length} {rows.length === 1 ? "time" : "times"}
        </span>
        <span>{day(last.answered)}</span>
      </figcaption>
    </figure>
  );
}

function day(ms: number): string {
  return new Date(ms).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}
