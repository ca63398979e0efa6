// The beds of a ward, with everything that can be opened from them.

import { useCallback, useMemo, useState } from "react";
import { byUrgency, needsAnswer, withoutParts } from "../../alarms";
import { isInSight, useWardInSight } from "../../in-sight";
import { live, useAlarms, useNow } from "../../live";
import { Acknowledge } from "../../parts/acknowledge";
import { AlarmBar } from "../../parts/alarm-bar";
import { AlarmList, whereOf } from "../../parts/alarm-list";
import { BedIcon, HomeIcon } from "../../parts/icons";
import { Empty } from "../../parts/states";
import type { Alarm, Board } from "../../words";
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

/**
 * Alarms of this ward, and `loose` those of no bed on it: of devices nobody wears, of Homeward
 * itself, of somebody who came this moment.
 */
function useWardAlarms(board: Board): { alarms: Alarm[]; loose: Alarm[] } {
  const here = new Set(board.beds.map((bed) => bed.patient?.id ?? null));
  here.delete(null);
  const alarms = useAlarms()
    .filter((alarm) => here.has(alarm.patient_id) || isInSight(alarm, { ward: board.ward.id }))
    .sort(byUrgency);
  const loose = alarms.filter((one) => needsAnswer(one) && !here.has(one.patient_id));
  return { alarms, loose: withoutParts(loose) };
}

export function Beds({ board }: { board: Board }) {
  const [order, setOrder] = useOrder();
  const [answering, answer] = useState<Alarm | null>(null);
  const [isListed, list] = useState(false);
  const [isHelping, help] = useState(false);
  // The same function each time: the tiles need not be drawn anew for it.
  const openList = useCallback(() => list(true), []);
  const { alarms, loose } = useWardAlarms(board);
  useWardInSight(board.ward.id);
  useBoardKeys({
    acknowledge: () => {
      const patient = focusedPatient();
      const mine = withoutParts(alarms).filter(
        (one) => patient === null || one.patient_id === patient,
      );
      answer(mine.find(needsAnswer) ?? null);
    },
    list: () => list(true),
    sort: () => setOrder(order === "bed" ? "risk" : "bed"),
    help: () => help(true),
  });
  return (
    <>
      <BoardHead
        board={board}
        alarms={alarms}
        order={order}
        setOrder={setOrder}
        list={() => list(true)}
        help={() => help(true)}
      />
      {loose.length > 0 && (
        <section className={classes.loose} aria-label="Alarms of no bed">
          {loose.map((alarm) => (
            <AlarmBar
              key={alarm.id}
              alarm={alarm}
              acknowledge={answer}
              where={whereOf(alarm)}
              shape="line"
            />
          ))}
        </section>
      )}
      <Grid board={board} order={order} acknowledge={answer} openList={openList} />
      <AlarmList isOpen={isListed} close={() => list(false)} alarms={alarms} acknowledge={answer} />
      <Acknowledge alarm={answering} close={() => answer(null)} />
      <Help isOpen={isHelping} close={() => help(false)} />
    </>
  );
}

type GridProps = {
  board: Board;
  order: Order;
  acknowledge: (alarm: Alarm) => void;
  openList: () => void;
};

function Grid({ board, order, acknowledge, openList }: GridProps) {
  useNow(); // once a second: scores may have changed the order
  const isHome = board.ward.kind === "home";
  const infos = useMemo(
    () => new Map(board.vitals.map((info) => [info.vital, info])),
    [board.vitals],
  );
  const beds = inOrder(board.beds, isHome ? "bed" : order, (id) => live.getPatient(id).score);
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
}
