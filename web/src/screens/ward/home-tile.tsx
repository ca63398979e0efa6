// One patient at home: glucose large, where it is going, and the last hours.

import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { api } from "../../api";
import { isStale } from "../../freshness";
import { live, useLivePatient, useNow } from "../../live";
import { ArrowIcon } from "../../parts/staff-icons";
import { heading, type Point, slope } from "./glucose";
import { LiveNumber } from "./live-number";
import { Closed, EmptyTile, Frame, type TileProps } from "./tile";
import classes from "./tile.module.css";

const HOURS = 3;
const SPAN_MS = HOURS * 3_600_000;
const POINTS = 120;
// Time in range, international consensus 2019: 70 to 180 mg/dL.
const TARGET = [70, 180] as const;
const SHOWN = [40, 300] as const;
const WIDE = 300;
const TALL = 100;

const OTHERS = [
  ["Pulse", "heart", "pulse"],
  ["SpO₂", "oxygen", "oxygen_saturation"],
  ["Temp", "warmth", "temperature"],
] as const;

function usePast(patient: number): Point[] {
  const past = useQuery({
    queryKey: ["glucose", patient],
    queryFn: () => {
      const end = Math.round(live.now());
      return api.trend(patient, end - SPAN_MS, end, POINTS);
    },
    refetchInterval: 60_000,
  });
  const series = past.data?.series.find((one) => one.vital === "glucose");
  return series?.at.map((at, place) => ({ at, value: series.mean[place] ?? 0 })) ?? [];
}

export const HomeTile = memo(function HomeTile(props: TileProps) {
  const { bed, infos, acknowledge, openList } = props;
  const { patient } = bed;
  if (!patient) return <EmptyTile bed={bed.bed} />;
  return (
    <Frame
      bed={bed}
      patient={patient}
      acknowledge={acknowledge}
      openList={openList}
      isScored={false}
    >
      {patient.closed.includes("readings") ? (
        <Closed what="Values" />
      ) : (
        <HomeNumbers patient={patient.id} infos={infos} />
      )}
    </Frame>
  );
});

function HomeNumbers({ patient, infos }: { patient: number; infos: TileProps["infos"] }) {
  const now = useNow();
  const { vitals } = useLivePatient(patient);
  const past = usePast(patient);
  const value = vitals.glucose;
  const info = infos.get("glucose");
  const points = value ? [...past.filter(({ at }) => at < value.at), value] : past;
  const isFresh = value !== undefined && info !== undefined && !isStale(value, info, now);
  const way = isFresh ? heading(slope(points, now)) : null;
  const others = OTHERS.filter(([, , vital]) => vitals[vital]);
  return (
    <>
      <div className={classes.glucose}>
        <LiveNumber label="Glucose" colour="glucose" size="huge" values={[value]} infos={[info]} />
        {isFresh && (
          <div className={classes.arrow}>
            {way && <ArrowIcon size={44} style={{ transform: `rotate(${way.degrees}deg)` }} />}
            <div>
              <div data-range={rangeInWords(value.value)}>{rangeInWords(value.value)}</div>
              <div>{way?.words ?? "trend not known yet"}</div>
            </div>
          </div>
        )}
      </div>
      <Spark points={points} now={now} />
      {others.length > 0 && (
        <div className={classes.numbers}>
          {others.map(([label, colour, vital]) => (
            <LiveNumber
              key={vital}
              label={label}
              colour={colour}
              size="small"
              values={[vitals[vital]]}
              infos={[infos.get(vital)]}
            />
          ))}
        </div>
      )}
    </>
  );
}

function rangeInWords(value: number): string {
  if (value < TARGET[0]) return "below target";
  return value > TARGET[1] ? "above target" : "in target";
}

/** The last three hours against the target. Each measurement a dot: no line through a gap. */
function Spark({ points, now }: { points: readonly Point[]; now: number }) {
  const x = (at: number) => WIDE - ((now - at) / SPAN_MS) * WIDE;
  const y = (value: number) => {
    const share =
      (Math.min(SHOWN[1], Math.max(SHOWN[0], value)) - SHOWN[0]) / (SHOWN[1] - SHOWN[0]);
    return TALL - share * TALL;
  };
  return (
    <div className={classes.spark}>
      {TARGET.map((value) => (
        <span key={value} style={{ top: `${y(value)}%` }}>
          {value}
        </span>
      ))}
      <span className={classes.axis}>{HOURS} h ago</span>
      <span className={classes.axis}>now</span>
      <svg
        viewBox={`0 0 ${WIDE} ${TALL}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Glucose of the last ${HOURS} hours, target ${TARGET[0]} to ${TARGET[1]} mg/dL`}
      >
        <rect
          x={0}
          width={WIDE}
          y={y(TARGET[1])}
          height={y(TARGET[0]) - y(TARGET[1])}
          fill="light-dark(#dff3e6, #16382a)"
        />
        {points
          .filter(({ at }) => at > now - SPAN_MS)
          .map(({ at, value }) => (
            <line
              key={at}
              x1={x(at)}
              x2={x(at)}
              y1={y(value)}
              y2={y(value)}
              stroke="var(--hw-glucose)"
              strokeWidth={5}
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          ))}
      </svg>
    </div>
  );
}
