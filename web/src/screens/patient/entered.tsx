// What people entered, on the chart's own axis: a point for each entry, struck where it was
// corrected. Behind each point stands who entered it, and the way to correct it.

import { Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { clockTime } from "../../freshness";
import { Dialog } from "../../parts/dialog";
import { staffApi } from "../../staff-api";
import type { Observation } from "../../words";
import { placeOf, type Window } from "./axis";
import classes from "./entered.module.css";
import { lineOf, nameOf, saidOf } from "./entered-words";
import lanes from "./trends.module.css";
import type { ChartAxis } from "./use-chart";

const NONE: readonly Observation[] = [];
const AGAIN_MS = 15_000;
const MINUTE = 60_000;

/** The entries of this window. */
export function useEntered(patient: number, { window, span }: ChartAxis): readonly Observation[] {
  const start = Math.max(0, Math.floor(window.start / MINUTE) * MINUTE);
  const end = Math.ceil(window.end / MINUTE) * MINUTE + 1;
  const place = window.isLive ? [span?.label ?? end - start] : [start, end];
  const found = useQuery({
    queryKey: ["observations", patient, ...place],
    queryFn: () => staffApi.observations(patient, start, end),
    placeholderData: keepPreviousData,
    refetchInterval: window.isLive ? AGAIN_MS : false,
  });
  return found.data ?? NONE;
}

type Props = { entered: readonly Observation[]; window: Window; now: number };

export function EnteredLane({ entered, window, now }: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  const entry = entered.find(({ id }) => id === opened);
  if (entered.length === 0) return null;
  return (
    <div className={lanes.lane}>
      <span className={lanes.laneName}>Entered</span>
      <ul
        className={lanes.stretches}
        style={{ height: 22 }}
        aria-label="Observations entered in this span"
      >
        {entered.map((each) => (
          <Point key={each.id} entry={each} window={window} now={now} open={setOpened} />
        ))}
      </ul>
      <span className={lanes.laneEnd} />
      {entry && (
        <Dialog
          isOpen
          title="Entered at the bedside"
          zIndex={300} // above the notices, which stay in sight
          onClose={() => setOpened(null)}
        >
          <Details entry={entry} entered={entered} now={now} />
        </Dialog>
      )}
    </div>
  );
}

type PointProps = { entry: Observation; window: Window; now: number; open: (id: number) => void };

function Point({ entry, window, now, open }: PointProps) {
  const place = placeOf(entry.at, window.start, window.end);
  if (place < 0 || place > 1) return null;
  const title = lineOf(entry, clockTime(entry.at, now));
  return (
    <li
      className={classes.place}
      style={{ left: `clamp(0px, ${place * 100}% - 11px, 100% - 22px)` }}
    >
      <button
        type="button"
        className={classes.point}
        data-struck={entry.corrected_by !== null || undefined}
        title={title}
        aria-label={title}
        onClick={() => open(entry.id)}
      />
    </li>
  );
}

function Details({ entry, entered, now }: Omit<Props, "window"> & { entry: Observation }) {
  const isStruck = entry.corrected_by !== null;
  const old = entered.find(({ id }) => id === entry.corrects);
  const later = entered.find(({ id }) => id === entry.corrected_by);
  const delay = entry.entered - entry.at;
  // Every entry names its patient by the page it is on.
  const patient = window.location.pathname.split("/")[2];
  return (
    <div className={classes.details}>
      <Text>
        Measured {clockTime(entry.at, now)} by <b>{entry.person}</b>
        {delay > MINUTE && `, entered ${clockTime(entry.entered, now)}`}
      </Text>
      {entry.corrects !== null && (
        <Text>
          Corrected because: {entry.reason}.
          {old && (
            <>
              {" "}
              {old.person} had entered{" "}
              <s>{old.values.map((each) => `${nameOf(each.vital)} ${saidOf(each)}`).join(", ")}</s>.
            </>
          )}
        </Text>
      )}
      {isStruck && (
        <Text c="var(--hw-act)" fw={600}>
          Corrected
          {later && ` by ${later.person}, ${clockTime(later.entered, now)}: ${later.reason}`}. It
          counts in no score.
        </Text>
      )}
      {entry.values.length === 0 ? (
        <Text>Nothing stands: it was taken back.</Text>
      ) : (
        <Table>
          <tbody>
            {entry.values.map((value) => (
              <tr key={value.vital} data-struck={isStruck || undefined}>
                <th scope="row">{nameOf(value.vital)}</th>
                <td>
                  {isStruck ? <s>{saidOf(value)}</s> : saidOf(value)}
                  {value.device && <small> seen on {value.device}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {!isStruck && entry.values.length > 0 && (
        <Link
          href={`/patients/${patient}/observe?corrects=${entry.id}&at=${entry.at}`}
          className={classes.correct}
        >
          Correct this entry
        </Link>
      )}
    </div>
  );
}
