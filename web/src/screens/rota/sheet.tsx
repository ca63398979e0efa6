// The handover sheet: every patient of a ward on paper.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { clockTime, inWords } from "../../freshness";
import { useNow } from "../../live";
import { PageHead } from "../../parts/page-head";
import { BedIcon } from "../../parts/staff-icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";
import type { Sheet } from "../../words";
import classes from "./rota.module.css";

type Line = Sheet["lines"][number];

export default function SheetScreen() {
  const { ward: asked } = useParams();
  const ward = Number(asked);
  const sheet = useQuery({
    queryKey: ["handover sheet", ward],
    queryFn: () => staffApi.handoverSheet(ward),
    refetchInterval: 30_000,
  });
  const shown = useStanding(sheet, ward);
  if (sheet.error && !shown)
    return <Trouble error={sheet.error} again={() => void sheet.refetch()} />;
  if (!shown) return <Waiting what="Asking for the handover sheet" />;
  const { lines, now } = shown;
  return (
    <div className={classes.sheet}>
      <PageHead title={`Handover, ${shown.ward}`}>
        <span className={classes.stamp}>{new Date(now).toLocaleString("en-GB")}</span>
        <span className={classes.acts}>
          <Button component={Link} href={`/rota/${ward}`} variant="default" h={44}>
            Back to the rota
          </Button>
          <Button h={44} onClick={() => window.print()}>
            Print
          </Button>
        </span>
      </PageHead>
      {lines.length === 0 ? (
        <Empty title="No patient is on this ward" icon={<BedIcon size={34} />} />
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Bed</th>
              <th scope="col">Patient</th>
              <th scope="col">Nurse</th>
              <th scope="col">NEWS2</th>
              <th scope="col">Open alarms</th>
              <th scope="col">Limits that differ</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <SheetRow key={line.patient_id} line={line} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function SheetRow({ line }: { line: Line }) {
  const now = useNow();
  return (
    <tr>
      <th scope="row" data-label="Bed">
        {line.bed}
      </th>
      <td data-label="Patient">
        <span>
          <b>{line.patient}</b>, {line.age}
        </span>
      </td>
      <td data-label="Nurse">{line.nurse ?? <em>no nurse</em>}</td>
      <td data-label="NEWS2">
        <div>
          {scoreOf(line)}
          {line.scored !== null && (
            <small title={clockTime(line.scored, now)}>{inWords(now - line.scored)} ago</small>
          )}
        </div>
      </td>
      <td data-label="Open alarms">
        {line.alarms.length === 0 ? (
          <small>none</small>
        ) : (
          <ul>
            {line.alarms.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </td>
      <td data-label="Limits that differ">
        {line.limits.length === 0 ? (
          <small>none</small>
        ) : (
          <ul>
            {line.limits.map((one) => (
              <li key={one.rule}>
                {one.rule.replaceAll("_", " ")}: {one.limit ?? one.choice}
                <small>
                  {one.set_by}: {one.reason}
                </small>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

/** A score, or the range of what a partial one can be. */
function scoreOf({ total, low, high, risk }: Line): string {
  if (low === null || high === null) return "none yet";
  const number = total !== null ? String(total) : low === high ? String(low) : `${low} to ${high}`;
  return risk ? `${number}, ${risk}` : number;
}
