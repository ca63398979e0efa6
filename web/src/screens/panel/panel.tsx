// A ward's people at home: who needs a call, and why, on top. Filtered here, without asking anew.

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useParams } from "wouter";
import { Refused } from "../../api";
import { useAskedAnew } from "../../asked-anew";
import { inWords } from "../../freshness";
import { lettersApi, newKey, useLetterNews } from "../../letters-api";
import { useTimed, useWatch } from "../../live";
import { useBegun } from "../../live-of";
import { type Act, type Line, panelApi, type Why } from "../../panel-api";
import { PageHead } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useStanding } from "../../standing";
import { useDraft } from "../letters/draft";
import { Templates } from "../letters/of-patient";
import { languageNamed, wordsFor } from "../letters/words";
import { Write } from "../letters/write";
import classes from "./panel.module.css";
import { countOf, sifted, WHYS } from "./sift";

const REFRESH_MS = 60_000;
/** So many lines are drawn at once; more as one comes to the end of them. */
const DRAWN = 60;
const ACTS: readonly (readonly [Act, string])[] = [
  ["message", "Wrote or called"],
  ["limit", "Changed a limit"],
  ["visit", "Arranged a visit"],
  ["done", "Looked, nothing to do"],
];
const ACT_WORDS = new Map<string, string>(ACTS);

export default function PanelPage() {
  const ward = Number(useParams<{ ward: string }>().ward);
  useWatch("ward", ward);
  const panel = useQuery({
    queryKey: ["panel", ward],
    queryFn: () => panelApi.panel(ward),
    refetchInterval: REFRESH_MS,
  });
  // What was written before the server began to tell is in the answer alone.
  useAskedAnew(panel, `${useLetterNews()} ${useBegun()}`);
  const [why, setWhy] = useState<Why | "any" | "all">("any");
  const [text, setText] = useState("");
  // What somebody writes into a line goes where the line goes.
  const known = useStanding(panel, ward);
  const lines = known?.lines;
  const [held, hold] = useHeld();
  const shown = useMemo(() => sifted(lines ?? [], { why, text }, held), [lines, why, text, held]);
  const counts = useMemo(() => countOf(lines ?? []), [lines]);
  if (panel.error && !known)
    return <Trouble error={panel.error} again={() => void panel.refetch()} />;
  if (!known || !lines) return <Waiting what="Reading the panel" />;
  const some = lines.filter(({ reasons }) => reasons.length > 0).length;
  return (
    <div className={classes.page}>
      <PageHead title={`Who needs a call: ${known.ward}`}>
        <Button component={Link} href={`/wards/${ward}`} variant="default" h={44}>
          Board
        </Button>
      </PageHead>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Reason"
          value={why}
          onChange={(chosen) => setWhy(chosen as Why)}
          data={[
            { value: "any", label: `Any reason ${some}` },
            ...WHYS.map(([value, label]) => ({
              value,
              label: `${label} ${counts.get(value) ?? 0}`,
            })),
            { value: "all", label: `Everybody ${lines.length}` },
          ]}
        />
        <TextInput
          aria-label="Name or record number"
          placeholder="Name or record number"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {panel.error && (
        <p role="alert" className={classes.old}>
          Not up to date: the server cannot be reached.
        </p>
      )}
      <p className={classes.quiet} role="status">
        {shown.length} of {lines.length}
      </p>
      {shown.length === 0 ? (
        <Empty
          title={text.trim() || why !== "any" ? "Nobody is like that" : "Nobody needs a call now"}
        />
      ) : (
        <Lines key={`${why} ${text}`} lines={shown} ward={ward} hold={hold} />
      )}
    </div>
  );
}

type Hold = (line: number, isHeld: boolean) => void;

/** Lines in which somebody writes. */
function useHeld(): [ReadonlySet<number>, Hold] {
  const [held, setHeld] = useState<ReadonlySet<number>>(new Set());
  const hold = useCallback<Hold>(
    (line, isHeld) =>
      setHeld(
        (known) => new Set([...known].filter((one) => one !== line).concat(isHeld ? line : [])),
      ),
    [],
  );
  return [held, hold];
}

function Lines({ lines, ward, hold }: { lines: readonly Line[]; ward: number; hold: Hold }) {
  const [drawn, setDrawn] = useState(DRAWN);
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!end.current) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setDrawn((many) => many + DRAWN);
      },
      { rootMargin: "600px" },
    );
    seen.observe(end.current);
    return () => seen.disconnect();
  }, []);
  return (
    <ol className={classes.lines}>
      {lines.slice(0, drawn).map((line) => (
        <Row key={line.id} line={line} ward={ward} hold={hold} />
      ))}
      {drawn < lines.length && (
        <li ref={end} className={classes.more}>
          {lines.length - drawn} more
        </li>
      )}
    </ol>
  );
}

const Row = memo(function Row({ line, ward, hold }: { line: Line; ward: number; hold: Hold }) {
  const [isOpen, setIsOpen] = useState(false);
  const [isWriting, setIsWriting] = useState(false);
  const isHeld = isOpen || isWriting;
  useEffect(() => {
    if (!isHeld) return;
    hold(line.id, true);
    return () => hold(line.id, false);
  }, [isHeld, line.id, hold]);
  return (
    <li className={classes.line} data-acted={line.act !== null || undefined}>
      <div className={classes.who}>
        <Link href={`/patients/${line.id}`}>{line.name}</Link>
        <small>
          {line.age} y, {line.record_number}
        </small>
      </div>
      <ul className={classes.reasons}>
        {line.reasons.map(({ kind, words }) => (
          <li key={words} data-kind={kind}>
            {words}
          </li>
        ))}
        {line.reasons.length === 0 && (
          <li>{line.counted === null ? "Not counted yet" : "Nothing asks for a call"}</li>
        )}
      </ul>
      <small className={classes.facts}>
        {line.counted !== null && (
          <>
            Counted <Ago at={line.counted} />.{" "}
          </>
        )}
        {line.expected ? `${line.done} of ${line.expected} done in 7 days. ` : ""}
        {line.last_reading !== null && (
          <>
            Measured <Ago at={line.last_reading} />.{" "}
          </>
        )}
        {line.act && line.acted !== null && (
          <b>
            {ACT_WORDS.get(line.act)}: {line.acted_by}, <Ago at={line.acted} />
          </b>
        )}
      </small>
      <div className={classes.acts}>
        <Link href={`/patients/${line.id}/messages`}>Messages</Link>
        <Link href={`/patients/${line.id}/reports`}>Reports</Link>
        <Link href={`/patients/${line.id}/limits`}>Limits</Link>
        <Button
          variant="default"
          h={44}
          aria-expanded={isWriting}
          aria-label={`Write… to ${line.name}`}
          onClick={() => setIsWriting(!isWriting)}
        >
          Write…
        </Button>
        <Button
          variant="default"
          h={44}
          aria-expanded={isOpen}
          aria-label={`Done… about ${line.name}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          Done…
        </Button>
      </div>
      {isOpen && <Acted line={line} ward={ward} close={() => setIsOpen(false)} />}
      {isWriting && <Written line={line} ward={ward} close={() => setIsWriting(false)} />}
    </li>
  );
});

/** It goes on by itself: a line that never changes again must not look new for ever. */
function Ago({ at }: { at: number }) {
  return useTimed((now) => (now - at < 60_000 ? "just now" : `${inWords(now - at)} ago`));
}

/** A message to them that is also what was done: both are kept, or neither. */
function Written({ line, ward, close }: { line: Line; ward: number; close: () => void }) {
  const cache = useQueryClient();
  const draft = useDraft("This failed. Try again.");
  const known = useQuery({
    queryKey: ["letters", line.id, "language"],
    queryFn: () => lettersApi.page(line.id),
  });
  const language = known.data?.language ?? "en";
  const write = () =>
    draft.sent(async (letter) => {
      await panelApi.act(line.id, { act: "message", note: "", letter });
      await cache.invalidateQueries({ queryKey: ["panel", ward] });
      close();
    });
  return (
    <div className={classes.form}>
      <Write
        label={`To ${line.name}, ${line.record_number}`}
        text={draft.text}
        setText={draft.setText}
        send={() => void write()}
        isSending={draft.isSending}
        trouble={draft.trouble || undefined}
        hint={
          known.data?.has_account === false
            ? "They have no account and cannot read this: call them."
            : `They are written to in ${languageNamed(language)}.`
        }
        say={wordsFor(["en"]).say}
      >
        <Templates language={language} choose={draft.setText} />
      </Write>
    </div>
  );
}

function Acted({ line, ward, close }: { line: Line; ward: number; close: () => void }) {
  const [note, setNote] = useState("");
  const [trouble, setTrouble] = useState("");
  const [chosen, setChosen] = useState<Act | null>(null);
  // What is said again since its answer was lost is said by the same key; what is said otherwise is
  // another act.
  const keys = useRef(new Map<string, string>());
  const isSending = useRef(false);
  const cache = useQueryClient();
  const act = async (what: Act) => {
    if (isSending.current) return; // a second press before the page has shown the first
    isSending.current = true;
    setChosen(what);
    setTrouble("");
    const said = `${what} ${note}`;
    const key = keys.current.get(said) ?? newKey();
    keys.current.set(said, key);
    try {
      await panelApi.act(line.id, { act: what, note, key });
      close();
      await cache.invalidateQueries({ queryKey: ["panel", ward] });
    } catch (error) {
      setTrouble(error instanceof Refused ? error.message : "This failed. Try again.");
    }
    isSending.current = false;
    setChosen(null);
  };
  return (
    <div className={classes.form}>
      <TextInput
        label="A note (kept sealed)"
        value={note}
        maxLength={500}
        error={trouble || undefined}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        {ACTS.map(([value, label]) => (
          <Button
            key={value}
            variant="default"
            h={44}
            loading={chosen === value}
            onClick={() => void act(value)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
