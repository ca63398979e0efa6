// Who opened whose record, when and why: for whoever answers for it. Asking is itself audited.

import { Button, Checkbox, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useSearchParams } from "wouter";
import { type AuditOf, auditApi } from "../../audit-api";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { AuditEntry, AuditPatient } from "../../words";
import classes from "./audit.module.css";
import { actInWords, reasonInWords, whoInWords } from "./words";

export default function Audit() {
  const [search, setSearch] = useSearchParams();
  const [about, setAbout] = useState("");
  const patient = numberOf(search.get("patient"));
  const person = numberOf(search.get("person"));
  const refused = search.get("refused") === "1";
  const show = (changed: Record<string, string>, name = "") => {
    setAbout(name);
    setSearch({ ...(refused ? { refused: "1" } : {}), ...changed });
  };
  const isAll = patient === undefined && person === undefined;
  return (
    <div className={classes.page}>
      <PageHead title="Audit" />
      <div className={classes.ask}>
        <Find choose={(found) => show({ patient: String(found.id) }, found.name)} />
        <Checkbox
          label="Only what was refused"
          checked={refused}
          onChange={(event) => {
            const { refused: _, ...others } = Object.fromEntries(search);
            setSearch(event.currentTarget.checked ? { ...others, refused: "1" } : others);
          }}
        />
      </div>
      <div className={classes.about}>
        <h2>{titleOf(patient, person, about)}</h2>
        {!isAll && (
          <Button variant="default" onClick={() => show({})}>
            Show all
          </Button>
        )}
      </div>
      <Acts
        of={{ patient, person, refused }}
        open={(entry) => show({ person: String(entry.person_id) }, whoInWords(entry))}
      />
    </div>
  );
}

function numberOf(text: string | null): number | undefined {
  const number = Number(text ?? "");
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function titleOf(patient: number | undefined, person: number | undefined, about: string): string {
  if (patient !== undefined) return `Who opened the record of ${about || `patient ${patient}`}`;
  if (person !== undefined) return `What ${about || `person ${person}`} did`;
  return "Everything, newest first";
}

function Find({ choose }: { choose: (found: AuditPatient) => void }) {
  const [typed, type] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["audit-patients", wanted],
    queryFn: () => auditApi.patients(wanted),
    enabled: wanted.length > 1,
    placeholderData: keepPreviousData,
  });
  const patients = wanted.length > 1 ? (found.data ?? []) : [];
  return (
    <div className={classes.find}>
      <TextInput
        size="md"
        label="Whose record? Name, record number or bed"
        autoComplete="off"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      {found.error && <Trouble error={found.error} again={() => void found.refetch()} />}
      <div className={classes.found} aria-live="polite">
        {patients.map((patient) => (
          <button
            key={patient.id}
            type="button"
            onClick={() => {
              type("");
              choose(patient);
            }}
          >
            <b>{patient.name}</b>
            <span>{[patient.record_number, patient.place].filter(Boolean).join(" · ")}</span>
          </button>
        ))}
        {wanted.length > 1 && found.data?.length === 0 && <p>Nobody is found by that.</p>}
      </div>
    </div>
  );
}

type ActsProps = { of: AuditOf; open: (entry: AuditEntry) => void };

function Acts({ of, open }: ActsProps) {
  const found = useInfiniteQuery({
    queryKey: ["audit", of],
    queryFn: ({ pageParam }) => auditApi.found(of, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.before ?? undefined,
  });
  const now = useNow();
  if (found.error) return <Trouble error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <Waiting what="Reading the audit" />;
  const entries = found.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <Empty title="Nobody, as far as the audit goes back" />;
  return (
    <>
      <ol className={classes.acts} aria-label="Acts, newest first">
        {entries.map((entry) => (
          <ActLine key={entry.id} entry={entry} now={now} open={open} />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}

type LineProps = { entry: AuditEntry; now: number; open: (entry: AuditEntry) => void };

function ActLine({ entry, now, open }: LineProps) {
  const isRefused = entry.outcome !== 0;
  const others = entry.patients > 1 ? ` of ${entry.patients} patients` : "";
  return (
    <li data-refused={isRefused || undefined}>
      <time>{clockTime(entry.at, now)}</time>
      <span className={classes.who}>
        {entry.person_id === null ? (
          <b>{whoInWords(entry)}</b>
        ) : (
          <button type="button" onClick={() => open(entry)}>
            {whoInWords(entry)}
          </button>
        )}
        <small>{entry.role}</small>
      </span>
      <span className={classes.what}>
        {actInWords(entry)}
        {others}
        {isRefused && (
          <b className={classes.refused}>
            refused{entry.times > 1 ? `, ${entry.times} times` : ""}
          </b>
        )}
        <small>{entry.route}</small>
      </span>
      <span className={classes.why}>
        {reasonInWords(entry.purpose)}
        <Text span size="sm" c="var(--hw-quiet)">
          {entry.address && `from ${entry.address}`}
        </Text>
      </span>
    </li>
  );
}
