// The beds of a ward, with everything that can be opened from them.

import { memo, useCallback, useMemo, useState } from "react";
import { keyOf } from "../../ahead";
import {
  byUrgency,
  countByPriority,
  MARKS,
  needsAnswer,
  PRIORITIES,
  withoutParts,
} from "../../alarms";
import { isInSight, useWardInSight } from "../../in-sight";
import { live, useAlarms, useTimed } from "../../live";
import { useAlarmsLater } from "../../live-of";
import { Acknowledge } from "../../parts/acknowledge";
import { AlarmBar } from "../../parts/alarm-bar";
import { AlarmList, whereOf } from "../../parts/alarm-list";
import { BedIcon, HomeIcon } from "../../parts/icons";
import { Empty } from "../../parts/states";
import type { Alarm, BoardPlaces } from "../../words";
import classes from "./board.module.css";
import { BoardHead } from "./board-head";
import { Help } from "./help";
import { HomeTile } from "./home-tile";
import { focusedPatient, useBoardKeys } from "./keys";
import { inOrder, type Order } from "./order";
import { WardTile } from "./tile";

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

/** Alarms of these beds, and of this ward where nobody lies any more; worst first. */
function wardAlarms(board: BoardPlaces, alarms: readonly Alarm[]): Alarm[] {
  const here = patientsOf(board);
  return alarms
    .filter((alarm) => here.has(alarm.patient_id) || isInSight(alarm, { ward: board.ward.id }))
    .sort(byUrgency);
}

function patientsOf(board: BoardPlaces): ReadonlySet<number | null> {
  return new Set(board.beds.flatMap((bed) => bed.patient?.id ?? []));
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
    acknowledge: () => {
      const patient = focusedPatient();
      const mine = withoutParts(wardAlarms(board, live.getAlarms())).filter(
        (one) => patient === null || one.patient_id === patient,
      );
      const first = mine.find(needsAnswer);
      answer(first && !first.is_ahead ? first : null); // one without a number cannot be answered
    },
    list: openList,
    sort: () => setOrder(order === "bed" ? "risk" : "bed"),
    help: openHelp,
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
      <Loose board={board} acknowledge={answer} />
      <Grid board={board} order={order} acknowledge={answer} openList={openList} />
      <List board={board} isOpen={isListed} close={closeList} acknowledge={answer} />
      <Acknowledge alarm={answering} close={() => answer(null)} />
      <Help isOpen={isHelping} close={() => help(false)} />
    </>
  );
}

/** How many alarms nobody has answered, by priority. */
function Counts({ board, open }: { board: BoardPlaces; open: () => void }) {
  const counts = countByPriority(withoutParts(wardAlarms(board, useAlarmsLater())));
  return (
    <fieldset className={classes.counts} aria-label="Alarms not answered">
      {PRIORITIES.map((priority) => (
        <button
          key={priority}
          type="button"
          className={classes.count}
          data-priority={priority}
          data-some={counts[priority] > 0}
          onClick={open}
        >
          <span aria-hidden="true">{MARKS[priority]}</span> {counts[priority]} {priority}
        </button>
      ))}
    </fieldset>
  );
}

type LooseProps = { board: BoardPlaces; acknowledge: (alarm: Alarm) => void };

/** Alarms of no bed here: of devices nobody wears, of Homeward itself, of who came this moment. */
function Loose({ board, acknowledge }: LooseProps) {
  const here = patientsOf(board);
  const alarms = wardAlarms(board, useAlarms());
  const loose = withoutParts(alarms.filter((one) => needsAnswer(one) && !here.has(one.patient_id)));
  if (loose.length === 0) return null;
  return (
    <section className={classes.loose} aria-label="Alarms of no bed">
      {loose.map((alarm) => (
        <AlarmBar
          key={keyOf(alarm)}
          alarm={alarm}
          acknowledge={acknowledge}
          where={whereOf(alarm)}
        />
      ))}
    </section>
  );
}

type ListProps = LooseProps & { isOpen: boolean; close: () => void };

const NONE: readonly Alarm[] = [];

function List({ board, ...rest }: ListProps) {
  const alarms = useAlarmsLater();
  return <AlarmList {...rest} alarms={rest.isOpen ? wardAlarms(board, alarms) : NONE} />;
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
