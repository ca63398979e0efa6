// What meters said beside their numbers in this span: the meal, medicines, and what their own clock said.

import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { chartApi } from "../../chart-api";
import { clockTime } from "../../freshness";
import { Trouble } from "../../parts/states";
import type { Window } from "./axis";
import { besideInWords, clockInWords } from "./meter-words";

const MINUTE = 60_000;

export function MeterSaid({ patient, window, now }: Props) {
  const start = Math.max(0, Math.floor(window.start / MINUTE) * MINUTE);
  const end = Math.ceil(window.end / MINUTE) * MINUTE;
  const { data, error, refetch } = useQuery({
    queryKey: ["meter records", patient, start, end],
    queryFn: () => chartApi.meterRecords(patient, start, end),
    // Never another patient's.
    placeholderData: (before, query) => (query?.queryKey[1] === patient ? before : undefined),
  });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data?.length) return null; // most patients have no such meter
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table captionSide="top">
        <Table.Caption>What meters said beside their numbers, newest first</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {["When", "Meter", "Said beside", "The meter's clock"].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((record) => (
            <Table.Tr key={record.id}>
              <Table.Td>{clockTime(record.at, now)}</Table.Td>
              <Table.Td>{record.device}</Table.Td>
              <Table.Td>{besideInWords(record.beside)}</Table.Td>
              <Table.Td>{clockInWords(record)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type Props = { patient: number; window: Window; now: number };
