// The beds of a ward, with everything that can be opened from them.

import { memo, useCallback, useMemo, useState } from "react";
import { useWardInSight } from "../../in-sight";
import { live, useTimed } from "../../live";
import { Acknowledge } from "../../parts/acknowledge";
import { HomeIcon } from "../../parts/more-icons";
import { BedIcon } from "../../parts/staff-icons";
import { Empty } from "../../parts/states";
import type { Alarm, BoardPlaces } from "../../words";
import classes from "./board.module.css";
import { BoardHead } from "./board-head";
import { Help } from "./help";
import { HomeTile } from "./home-tile";
import { focusedPatient, KEYS, useBoardKeys } from "./keys";
import { inOrder, type Order } from "./order";
import { WardTile } from "./tile";
import { Counts, firstToAnswer, List, Loose, patientsOf } from "./ward-alarms";

const ORDER_KEY = "homeward.board-order";

function storedOrder(): Order {
  return localStorage.getItem(ORDER_KEY) === "risk" ? "risk" : "bed";
}

function useOrder(): [Order, (order: Order) => void] {
  const [order, setOrder] = useState(storedOrder);
  const change = (next: Order) => {
    localStorage.setItem(ORDER_KEY, next);
    setOrder(next);
  };
  return [order, change];
}

/** It follows no alarms itself: only what shows them is drawn for them. */
export function Beds({ board }: { board: BoardPlaces }) {
  const [order, setOrder] = useOrder();
  const [answering, answer] = useState<Alarm | null>(null);
  const [isListed, list] = useState(false);
  const [isHelping, help] = useState(false);
  // The same functions each time: what takes them need not be drawn anew.
  const openList = useCallback(() => list(true), []);
  const closeList = useCallback(() => list(false), []);
  const openHelp = useCallback(() => help(true), []);
  useWardInSight(board.ward.id);
  useBoardKeys({
    a: () => answer(firstToAnswer(board, focusedPatient())),
    l: openList,
    s: () => setOrder(order === "bed" ? "risk" : "bed"),
    "?": openHelp,
  });
  return (
    <>
      <BoardHead
        board={board}
        counts={<Counts board={board} open={openList} />}
        order={order}
        setOrder={setOrder}
        list={openList}
        help={openHelp}
      />
      <Loose board={board} shown={patientsOf(board)} acknowledge={answer} />
      <Grid board={board} order={order} acknowledge={answer} openList={openList} />
      <List board={board} isOpen={isListed} close={closeList} acknowledge={answer} />
      <Acknowledge alarm={answering} close={() => answer(null)} />
      <Help
        title="The board by keyboard"
        keys={KEYS}
        isOpen={isHelping}
        close={() => help(false)}
      />
    </>
  );
}

type GridProps = {
  board: BoardPlaces;
  order: Order;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
};

const scoreOf = (patient: number) => live.getPatient(patient).score;

const Grid = memo(function Grid({ board, order, acknowledge, openList }: GridProps) {
  const isHome = board.ward.kind === "home";
  const infos = useMemo(
    () => new Map(board.vitals.map((info) => [info.vital, info])),
    [board.vitals],
  );
  const sorted = () => inOrder(board.beds, isHome ? "bed" : order, scoreOf);
  // Once a second: scores may have changed the order.
  useTimed(() =>
    sorted()
      .map(({ bed }) => bed)
      .join(),
  );
  const beds = sorted();
  const Tile = isHome ? HomeTile : WardTile;
  if (beds.length === 0) {
    return (
      <Empty
        title="Nobody is here now"
        icon={isHome ? <HomeIcon size={34} /> : <BedIcon size={34} />}
      >
        Patients appear as soon as they are given a bed.
      </Empty>
    );
  }
  return (
    <div className={classes.grid} data-kind={board.ward.kind}>
      {beds.map((bed) => (
        <Tile
          key={bed.patient?.id ?? bed.bed}
          bed={bed}
          infos={infos}
          acknowledge={acknowledge}
          openList={openList}
        />
      ))}
    </div>
  );
});
