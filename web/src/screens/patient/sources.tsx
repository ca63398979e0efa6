// Who said a vital: its sources in the window, what reports set aside, and of each reading which one.

import { NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { chartApi } from "../../chart-api";
import { clockTime } from "../../freshness";
import { SideDialog } from "../../parts/dialog";
import { Trouble, Waiting } from "../../parts/states";
import { unitInWords, written } from "../../units";
import type { Sources, VitalInfo } from "../../words";
import type { Window } from "./axis";
import { besideReading, policyInWords, sourceInWords } from "./source-words";
import classes from "./sources.module.css";

const MINUTE = 60_000;

type Props = {
  patient: number;
  first: string | null;
  infos: readonly VitalInfo[];
  window: Window;
  now: number;
  onClose: () => void;
};

export function SourcesOf({ first, onClose, ...props }: Props) {
  return (
    <SideDialog isOpen={first !== null} onClose={onClose} title="Where readings come from">
      {first !== null && <Chosen first={first} {...props} />}
    </SideDialog>
  );
}

type ChosenProps = Omit<Props, "first" | "onClose"> & { first: string };

function Chosen({ patient, first, infos, window, now }: ChosenProps) {
  const [vital, setVital] = useState(first);
  useEffect(() => setVital(first), [first]);
  // As it was when it was opened: the live window goes on beneath.
  const [span] = useState(() => ({
    start: Math.max(0, Math.floor(window.start / MINUTE) * MINUTE),
    end: Math.ceil(window.end / MINUTE) * MINUTE,
  }));
  const info = infos.find((one) => one.vital === vital);
  const { data, error, refetch } = useQuery({
    queryKey: ["sources", patient, vital, span.start, span.end],
    queryFn: () => chartApi.sources(patient, vital, span.start, span.end),
  });
  return (
    <Stack gap="md">
      <NativeSelect
        label="Vital sign"
        labelProps={{ mb: 8 }}
        value={vital}
        data={infos.map((one) => ({ value: one.vital, label: one.label }))}
        data-autofocus
        onChange={(event) => setVital(event.currentTarget.value)}
      />
      {error ? (
        <Trouble error={error} again={() => void refetch()} />
      ) : !data || !info ? (
        <Waiting what="Asking who said it" />
      ) : data.sources.length === 0 ? (
        <Text>No readings in this span.</Text>
      ) : (
        <Told said={data} info={info} asked={span.start} now={now} />
      )}
    </Stack>
  );
}

type ToldProps = { said: Sources; info: VitalInfo; asked: number; now: number };

function Told({ said, info, asked, now }: ToldProps) {
  const { sources, readings } = said;
  const total = sources.reduce((sum, one) => sum + one.readings, 0);
  return (
    <>
      <Text>
        From {clockTime(said.start, now)} to {clockTime(said.end, now)}
        {said.start > asked && " (of a longer span only the end is counted)"}.{" "}
        {policyInWords(sources)}
      </Text>
      <Rows
        caption="Sources"
        heads={["Source", "Readings", "Late", "Not in reports", "Last"]}
        rows={sources.map((one) => ({
          key: `${one.name} ${one.kind}`,
          cells: [
            sourceInWords(one),
            one.readings.toLocaleString(),
            one.late.toLocaleString(),
            one.set_aside === null ? "--" : one.set_aside.toLocaleString(),
            clockTime(one.last, now),
          ],
        }))}
      />
      <Rows
        caption={
          readings.length < total
            ? `The newest ${readings.length} of ${total.toLocaleString()} readings`
            : "Readings, newest first"
        }
        heads={["Measured", unitInWords(info.unit), "Source", "Beside"]}
        rows={readings.map((one, place) => {
          const source = sources[one.source];
          return {
            key: `${place} ${one.at}`,
            cells: [
              clockTime(one.at, now),
              written(one.value, info),
              source ? sourceInWords(source) : "",
              <span key="beside" className={classes.beside}>
                {besideReading(one)}
              </span>,
            ],
          };
        })}
      />
    </>
  );
}

type RowsProps = {
  caption: string;
  heads: string[];
  rows: { key: string; cells: React.ReactNode[] }[];
};

function Rows({ caption, heads, rows }: RowsProps) {
  return (
    <Table.ScrollContainer minWidth={380} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table captionSide="top">
        <Table.Caption>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, place) => (
                <Table.Td key={heads[place]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
