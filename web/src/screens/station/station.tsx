// The central station: every bed of a ward with its traces, as long as the screen allows.

import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link, useParams } from "wouter";
import { useWardInSight } from "../../in-sight";
import { useWatch } from "../../live";
import { useIdleLock } from "../../locking";
import { useOpened } from "../../my-wards";
import { Acknowledge } from "../../parts/acknowledge";
import { BedIcon } from "../../parts/staff-icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import { useWaves } from "../../waves";
import type { Alarm, BoardPlaces } from "../../words";
import BoardScreen from "../ward/board";
import { Help } from "../ward/help";
import { focusedPatient, useBoardKeys } from "../ward/keys";
import { inOrder } from "../ward/order";
import type { Infos } from "../ward/tile";
import { useBoard } from "../ward/use-board";
import { Counts, firstToAnswer, List, Loose } from "../ward/ward-alarms";
import { StationBed } from "./bed";
import { type Chosen, useChosen } from "./chosen";
import { FrozenStrip } from "./frozen";
import { StationHead } from "./head";
import { layoutOf, pageOf } from "./layout";
import { Measure } from "./measure";
import classes from "./station.module.css";

const KEYS = [
  ["j or ↓ →", "Next bed"],
  ["k or ↑ ←", "Previous bed"],
  ["Enter", "Open the chart of this bed"],
  ["f", "Freeze this bed's traces; once more, or Escape: back to live"],
  ["[ and ]", "The beds before, the beds after, where not all fit"],
  ["a", "Acknowledge this bed's alarm; with no bed chosen, the most urgent one"],
  ["l", "List of all alarms"],
  ["?", "This help"],
] as const;
/** On a telephone a trace beside numbers says nothing: there the board is shown. */
const WIDE = "(min-width: 701px)";

export default function Station() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  const isWide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false });
  if (!Number.isInteger(ward)) return <Empty title="No such ward" />;
  return isWide ? <Ward key={ward} ward={ward} /> : <BoardScreen />;
}

function Ward({ ward }: { ward: number }) {
  useWatch("ward", ward);
  useWaves("ward", ward);
  useOpened(useMe().person.id, ward);
  useIdleLock(ward, true);
  const board = useBoard(ward);
  useTitle(board.data ? `${board.data.ward.name}, central station` : "Central station");
  if (board.data) return <Beds board={board.data} />;
  if (board.error) return <Trouble error={board.error} again={() => void board.refetch()} />;
  return <Waiting what="Loading the ward" />;
}

function Beds({ board }: { board: BoardPlaces }) {
  const chosen = useChosen();
  const [room, grid] = useRoom();
  const [page, setPage] = useState(0);
  const [frozen, setFrozen] = useState<number | null>(null);
  const [answering, answer] = useState<Alarm | null>(null);
  const [opened, open] = useState<"list" | "measure" | "help" | null>(null);
  const beds = useMemo(
    () => inOrder(board.beds, "bed", () => null).filter(({ patient }) => patient !== null),
    [board.beds],
  );
  const infos = useMemo(
    () => new Map(board.vitals.map((info) => [info.vital, info])),
    [board.vitals],
  );
  const stopped = beds.find(({ patient }) => patient?.id === frozen)?.patient;
  const layout = layoutOf(beds.length, room.wide, room.tall, chosen.wanted);
  const here = pageOf(beds, layout.beds, page);
  const turn = (by: 1 | -1) => setPage(Math.min(here.pages - 1, Math.max(0, here.page + by)));
  const freeze = useCallback(
    (patient: number) => setFrozen((known) => (known === patient ? null : patient)),
    [],
  );
  const thaw = useCallback(() => setFrozen(null), []);
  const openList = useCallback(() => open("list"), []);
  const close = () => open(null);
  // The beds below a frozen strip are out of sight: their alarms are told as on any other page.
  useWardInSight(frozen === null ? board.ward.id : null);
  useBoardKeys({
    a: () => answer(firstToAnswer(board, focusedPatient())),
    l: openList,
    f: () => {
      const patient = focusedPatient() ?? frozen;
      if (patient !== null) freeze(patient);
    },
    "[": () => turn(-1),
    "]": () => turn(1),
    "?": () => open("help"),
  });
  const shown = new Set(here.beds.map(({ patient }) => patient?.id ?? null));
  return (
    <>
      <StationHead
        ward={board.ward}
        counts={<Counts board={board} open={openList} />}
        chosen={chosen}
        paging={{ ...here, shown: here.beds.length, all: beds.length }}
        turn={turn}
        measure={() => open("measure")}
        help={() => open("help")}
      />
      <Loose board={board} shown={shown} acknowledge={answer} />
      <div ref={grid}>
        {beds.length === 0 ? (
          <Nobody ward={board.ward.id} />
        ) : (
          <div
            className={classes.grid}
            data-frozen={stopped !== undefined || undefined}
            style={{
              gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`,
              gridAutoRows: layout.tall,
            }}
          >
            <Tiles
              infos={infos}
              beds={here.beds}
              lanes={layout.lanes}
              chosen={chosen}
              frozen={frozen}
              freeze={freeze}
              acknowledge={answer}
              openList={openList}
            />
          </div>
        )}
      </div>
      {stopped && (
        <FrozenStrip
          key={stopped.id}
          patient={stopped}
          infos={infos}
          look={chosen.look}
          acknowledge={answer}
          close={thaw}
        />
      )}
      <List board={board} isOpen={opened === "list"} close={close} acknowledge={answer} />
      <Acknowledge alarm={answering} close={() => answer(null)} />
      {opened === "measure" && (
        <Measure
          isOpen
          close={close}
          pixelsPerMm={chosen.look.pixelsPerMm}
          measure={chosen.measure}
        />
      )}
      <Help
        title="The central station by keyboard"
        keys={KEYS}
        isOpen={opened === "help"}
        close={close}
      />
    </>
  );
}

function Nobody({ ward }: { ward: number }) {
  return (
    <Empty title="Nobody is here now" icon={<BedIcon size={34} />}>
      <p>Patients appear as soon as they are given a bed.</p>
      <Link href={`/wards/${ward}`}>To the board</Link>
    </Empty>
  );
}

type TilesProps = {
  infos: Infos;
  beds: BoardPlaces["beds"];
  lanes: number;
  chosen: Chosen;
  frozen: number | null;
  freeze: (patient: number) => void;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
};

function Tiles({ infos, beds, lanes, chosen, frozen, ...acts }: TilesProps) {
  const look = useMemo(() => ({ ...chosen.look, lanes }), [chosen.look, lanes]);
  return beds.map(
    (bed) =>
      bed.patient && (
        <StationBed
          key={bed.patient.id}
          bed={bed}
          patient={bed.patient}
          infos={infos}
          look={look}
          isFrozen={frozen === bed.patient.id}
          {...acts}
        />
      ),
  );
}

const BELOW = 10;

/** The room between here and the end of the window; it changes with what stands above. */
function useRoom() {
  const grid = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ wide: 1600, tall: 800 });
  useLayoutEffect(() => {
    const measure = () => {
      const place = grid.current?.getBoundingClientRect();
      if (!place) return;
      const wide = Math.floor(place.width);
      const tall = Math.max(0, Math.floor(innerHeight - place.top - scrollY - BELOW));
      setRoom((known) => (known.wide === wide && known.tall === tall ? known : { wide, tall }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    for (const above of document.querySelectorAll("#notices, #main > *")) observer.observe(above);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
    };
  }, []);
  return [room, grid] as const;
}
