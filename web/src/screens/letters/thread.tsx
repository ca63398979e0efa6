// What was written, newest first: by whom, when, and who has read it.

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Letter, lettersApi, useLetterNews } from "../../letters-api";
import { useBegun } from "../../live-of";
import classes from "./letters.module.css";
import type { Words } from "./words";

const REFRESH_MS = 20_000;

/**
 * The letters of a patient, and how to ask for older ones while there are any.
 *
 * One question after the other: each would end the one under way, so that what was pressed for
 * never came, or what was heard of was not asked for.
 */
export function useLetters(patient: number, also = 0) {
  // What was written before the server began to tell is in the answer alone.
  const [news, begun] = [useLetterNews(), useBegun()];
  const query = useInfiniteQuery({
    queryKey: ["letters", patient],
    queryFn: ({ pageParam }) => lettersApi.page(patient, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ has_more, letters }) => (has_more ? letters.at(-1)?.id : undefined),
    refetchInterval: REFRESH_MS,
  });
  const { data, refetch, fetchNextPage, isFetching, hasNextPage } = query;
  const heard = `${news} ${begun} ${also}`;
  // What stands here from before may be older than what was heard meanwhile.
  const known = useRef(data ? null : heard);
  const [isOlderWanted, setOlderWanted] = useState(false);
  useEffect(() => {
    if (isFetching) return;
    if (isOlderWanted) {
      setOlderWanted(false);
      void fetchNextPage();
    } else if (known.current !== heard) {
      // All that is open is asked for again: who reads older messages keeps their place.
      known.current = heard;
      void refetch();
    }
  }, [heard, isFetching, isOlderWanted, refetch, fetchNextPage]);
  const older = hasNextPage ? () => setOlderWanted(true) : undefined;
  return { query, older };
}

/** Whatever of the others stands on a visible page is read, and the server is told so. */
export function useRead(patient: number, letters: readonly Letter[]): void {
  const newest = letters.find(({ is_own }) => !is_own)?.id ?? 0;
  const told = useRef(0);
  useEffect(() => {
    const tell = () => {
      if (newest <= told.current || document.visibilityState !== "visible") return;
      const before = told.current;
      told.current = newest;
      lettersApi.read(patient, newest).catch(() => {
        told.current = before;
      });
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    const again = setInterval(tell, REFRESH_MS);
    return () => {
      document.removeEventListener("visibilitychange", tell);
      clearInterval(again);
    };
  }, [patient, newest]);
}

type ListProps = {
  letters: readonly Letter[];
  say: Words;
  lang: string;
  /** What stands on one's own side, such as what still waits to be sent. */
  first?: ReactNode;
  more?: (() => void) | undefined;
  mark?: (letter: Letter) => ReactNode;
  /** Read by the team: what any of them wrote stands on their side. */
  isTeam?: boolean;
};

export function Thread({ letters, say, lang, first, more, mark, isTeam = false }: ListProps) {
  const isOurs = ({ side, is_own }: Letter) => (isTeam ? side === "team" : is_own);
  return (
    <>
      <ol className={classes.list}>
        {first}
        {letters.map((letter) => (
          <li
            key={letter.id}
            className={classes.letter}
            data-own={isOurs(letter) || undefined}
            data-letter={letter.id}
          >
            <header>
              {letter.is_own ? (
                <b>{say.you}</b>
              ) : (
                <b>
                  <bdi>{letter.author}</bdi> ({roleOf(letter, say)})
                </b>
              )}
              <time dateTime={new Date(letter.at).toISOString()}>
                <small>{momentOf(letter.at, lang)}</small>
              </time>
            </header>
            <p dir="auto">{letter.text ?? say.gone}</p>
            {isOurs(letter) && <small>{readBy(letter, say, lang)}</small>}
            {mark?.(letter)}
          </li>
        ))}
      </ol>
      {more && (
        <Button variant="default" size="md" className={classes.older ?? ""} onClick={more}>
          {say.older}
        </Button>
      )}
    </>
  );
}

function roleOf({ role }: Letter, say: Words): string {
  if (role === "nurse" || role === "doctor" || role === "relative") return say[role];
  return say.patient;
}

/** Of the team's by whom it is for; of a patient's by anybody. */
function readBy({ read_by, side }: Letter, say: Words, lang: string): string {
  const isTeams = (role: string) => role === "nurse" || role === "doctor";
  const readers = read_by.filter(({ role }) => side !== "team" || !isTeams(role));
  if (readers.length === 0) return say.unread;
  return `${say.read} ${readers.map(({ name, at }) => `${name}, ${momentOf(at, lang)}`).join("; ")}`;
}

export function momentOf(at: number, lang: string): string {
  const wish = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(lang, { ...wish, hourCycle: "h23" }).format(at);
}
