// The chart as a table: for those who do not see curves, and for those who want the numbers.

import { Button, Table } from "@mantine/core";
import { clockTime } from "../../freshness";
import { unitInWords, written } from "../../units";
import type { VitalInfo } from "../../words";
import type { Window } from "./axis";
import { type Bucket, summaryOf } from "./series";
import classes from "./sources.module.css";

type Props = {
  window: Window;
  buckets: Map<string, Bucket[]>;
  infos: Map<string, VitalInfo>;
  now: number;
  onSources: (vital: string) => void;
};

export function TrendTable({ window, buckets, infos, now, onSources }: Props) {
  const rows = [...infos.values()].flatMap((info) => {
    const inside = (buckets.get(info.vital) ?? []).filter(
      ({ at }) => at >= window.start && at <= window.end,
    );
    const summary = summaryOf(inside);
    return summary ? [{ info, summary }] : [];
  });
  const span = `${clockTime(window.start, now)} to ${clockTime(window.end, now)}`;
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table captionSide="top">
        <Table.Caption>Vital signs from {span}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {["Vital sign", "Last", "at", "Lowest", "Highest", "Unit", "From"].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ info, summary }) => (
            <Table.Tr key={info.vital}>
              <Table.Th scope="row">{info.label}</Table.Th>
              <Table.Td>{written(summary.latest, info)}</Table.Td>
              <Table.Td>{clockTime(summary.last, now)}</Table.Td>
              <Table.Td>{written(summary.low, info)}</Table.Td>
              <Table.Td>{written(summary.high, info)}</Table.Td>
              <Table.Td>{unitInWords(info.unit)}</Table.Td>
              <Table.Td>
                <Button variant="default" size="compact-md" onClick={() => onSources(info.vital)}>
                  Sources<span className={classes.unseen}> of {info.label}</span>
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length === 0 && <p>No readings in this span.</p>}
    </Table.ScrollContainer>
  );
}
