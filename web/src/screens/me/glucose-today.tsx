// Today's glucose as one curve, with words for those who do not see it.

import { useQuery } from "@tanstack/react-query";
import { api } from "../../api";
import { live, useConnections, useTimed } from "../../live";
import type { Trend } from "../../words";
import { type Day, dayOf, HEIGHT, type Point, path, shares, TARGET, WIDTH, x, y } from "./curve";
import classes from "./today.module.css";

const POINTS = 288; // one for each five minutes of a day
const REFRESH_MS = 60_000;
const HOURS = [0, 6, 12, 18, 24];

export function useGlucoseToday(patientId: number) {
  const connections = useConnections();
  return useQuery({
    queryKey: ["glucose-today", patientId, connections],
    queryFn: () => {
      const now = live.now();
      return api.trend(patientId, dayOf(now).start, Math.ceil(now), POINTS);
    },
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
}

export function GlucoseToday({ trend }: { trend: Trend | undefined }) {
  const today = useTimed((now) => dayOf(now).start);
  const series = trend?.series.find(({ vital }) => vital === "glucose");
  if (!series || series.at.length === 0) return null;
  const points = series.at.map((at, index) => ({ at, value: series.mean[index] ?? Number.NaN }));
  const day = dayOf(today);
  const words = inWords(points);
  return (
    <section className={classes.card} aria-labelledby="glucose-today">
      <h2 id="glucose-today">Your glucose today</h2>
      <Curve points={points} day={day} words={words} />
      <p className={classes.share}>{words}</p>
    </section>
  );
}

function inWords(points: Point[]): string {
  const share = shares(points);
  if (!share) return "";
  const sides = [
    share.above > 0 && `${share.above} % above`,
    share.below > 0 && `${share.below} % below`,
  ].filter(Boolean);
  const rest = sides.length > 0 ? `, ${sides.join(", ")}` : "";
  return `${share.within} % of today in your target of ${TARGET[0]} to ${TARGET[1]}${rest}.`;
}

function Curve({ points, day, words }: { points: Point[]; day: Day; words: string }) {
  const last = points.at(-1);
  const [low, high] = TARGET;
  return (
    <svg
      className={classes.curve}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Curve of today's glucose. ${words}`}
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
          {value}
        </text>
      ))}
      {HOURS.map((hour) => {
        const at = day.start + (hour / 24) * (day.end - day.start);
        const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
        return (
          <text key={hour} x={x(at, day)} y={HEIGHT - 4} textAnchor={anchor}>
            {hour}:00
          </text>
        );
      })}
      <path d={path(points, day)} />
      {last && <circle cx={x(last.at, day)} cy={y(last.value)} r={4.5} />}
    </svg>
  );
}
