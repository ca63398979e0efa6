// The ward board: who needs somebody now, from across the room.

import { ActionIcon, SegmentedControl, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "wouter";
import { byUrgency, countByPriority, isSounding, MARKS, PRIORITIES } from "../../alarms";
import { api } from "../../api";
import { live, useAlarms, useConnections, useDeviceNews, useNow, useWatch } from "../../live";
import { Acknowledge } from "../../parts/acknowledge";
import { AlarmBar } from "../../parts/alarm-bar";
import { BedIcon, HelpIcon, HomeIcon, ListIcon } from "../../parts/icons";
import { useTitle } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useWaves } from "../../waves";
import type { Alarm, Board } from "../../words";
import { AlarmList, whereOf } from "./alarm-list";
import { Announcer } from "./announcer";
import classes from "./board.module.css";
import { Help } from "./help";
import { HomeTile } from "./home-tile";
import { focusedPatient, useBoardKeys } from "./keys";
import { inOrder, type Order } from "./order";
import { WardTile } from "./tile";

const ORDER_KEY = "homeward.board-order";
const AGAIN_MS = 30_000;

export default function BoardScreen() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  return Number.isInteger(ward) ? <Ward key={ward} ward={ward} /> : <Empty title="No such ward" />;
}

/** The board from the server, kept in the live store; asked for anew after each reconnection. */
function useBoard(ward: number) {
  const connections = useConnections();
  const news = useDeviceNews();
  const board = useQuery({
    queryKey: ["board", ward],
    queryFn: async () => {
      const asked = performance.now();
      const found = await api.board(ward);
      live.seed(found, asked);
      return found;
    },
    refetchInterval: AGAIN_MS,
  });
  const alarms = useQuery({
    queryKey: ["alarms", ward],
    queryFn: async () => {
      const asked = performance.now();
      const found = await api.alarms(ward);
      live.seedAlarms(found, asked);
      return found.length;
    },
    refetchInterval: AGAIN_MS,
  });
  const { refetch } = board;
  const refetchAlarms = alarms.refetch;
  useEffect(() => {
    if (connections < 2 && news === 0) return; // the first load is the query's own
    void refetch();
    void refetchAlarms();
  }, [connections, news, refetch, refetchAlarms]);
  return board;
}

function Ward({ ward }: { ward: number }) {
  useWatch("ward", ward);
  useWaves("ward", ward);
  const board = useBoard(ward);
  useTitle(board.data?.ward.name ?? "Ward");
  if (board.data) return <Beds board={board.data} />;
  if (board.error) return <Trouble error={board.error} again={() => void board.refetch()} />;
  return <Waiting what="Loading the ward" />;
}

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

/** Alarms of this ward's beds, and those of no bed: of devices nobody wears, of Homeward itself. */
function useWardAlarms(board: Board): Alarm[] {
  const here = new Set(board.beds.map((bed) => bed.patient?.id));
  return useAlarms()
    .filter((alarm) => alarm.patient_id === null || here.has(alarm.patient_id))
    .sort(byUrgency);
}

function Beds({ board }: { board: Board }) {
  useNow(); // once a second: scores may have changed the order
  const [order, setOrder] = useOrder();
  const [answering, answer] = useState<Alarm | null>(null);
  const [isListed, list] = useState(false);
  const [isHelping, help] = useState(false);
  const alarms = useWardAlarms(board);
  const loose = alarms.filter((alarm) => alarm.patient_id === null && isSounding(alarm));
  const infos = new Map(board.vitals.map((info) => [info.vital, info]));
  const isHome = board.ward.kind === "home";
  const beds = inOrder(board.beds, isHome ? "bed" : order, (id) => live.getPatient(id).score);
  const Tile = isHome ? HomeTile : WardTile;
  useBoardKeys({
    acknowledge: () => {
      const patient = focusedPatient();
      const mine = alarms.filter((one) => patient === null || one.patient_id === patient);
      answer(mine.find(isSounding) ?? null);
    },
    list: () => list(true),
    sort: () => setOrder(order === "bed" ? "risk" : "bed"),
    help: () => help(true),
  });
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>
          {board.ward.name}
          <span>{countInWords(board)}</span>
        </h1>
        <Counts alarms={alarms} open={() => list(true)} />
        <span className={classes.spring} />
        {!isHome && (
          <SegmentedControl
            aria-label="Order of beds"
            value={order}
            onChange={(next) => setOrder(next as Order)}
            data={[
              { value: "bed", label: "By bed" },
              { value: "risk", label: "By NEWS2" },
            ]}
          />
        )}
        <UnstyledButton className={classes.tool} onClick={() => list(true)}>
          <ListIcon /> Alarms
        </UnstyledButton>
        <ActionIcon
          variant="default"
          size={38}
          aria-label="Help and keys"
          className={classes.help}
          onClick={() => help(true)}
        >
          <HelpIcon />
        </ActionIcon>
      </div>
      {loose.length > 0 && (
        <section className={classes.loose} aria-label="Alarms of no bed">
          {loose.map((alarm) => (
            <AlarmBar key={alarm.id} alarm={alarm} acknowledge={answer} where={whereOf(alarm)} />
          ))}
        </section>
      )}
      {beds.length === 0 ? (
        <Empty
          title="Nobody is here now"
          icon={isHome ? <HomeIcon size={34} /> : <BedIcon size={34} />}
        >
          Patients appear as soon as they are given a bed.
        </Empty>
      ) : (
        <div className={classes.grid} data-kind={board.ward.kind}>
          {beds.map((bed) => (
            <Tile
              key={bed.patient?.id ?? bed.bed}
              bed={bed}
              infos={infos}
              acknowledge={answer}
              openList={() => list(true)}
            />
          ))}
        </div>
      )}
      <AlarmList isOpen={isListed} close={() => list(false)} alarms={alarms} acknowledge={answer} />
      <Acknowledge alarm={answering} close={() => answer(null)} />
      <Help isOpen={isHelping} close={() => help(false)} />
      <Announcer alarms={alarms} />
    </>
  );
}

function countInWords(board: Board): string {
  const count = board.beds.filter((bed) => bed.patient).length;
  const who = count === 1 ? "patient" : "patients";
  return board.ward.kind === "home" ? `${count} ${who} at home` : `${count} ${who}`;
}

/** How many alarms nobody has answered, by priority. */
function Counts({ alarms, open }: { alarms: readonly Alarm[]; open: () => void }) {
  const counts = countByPriority(alarms);
  return (
    <fieldset className={classes.counts} aria-label="Alarms not answered">
      {PRIORITIES.map((priority) => (
        <UnstyledButton
          key={priority}
          className={classes.count}
          data-priority={priority}
          data-some={counts[priority] > 0}
          onClick={open}
        >
          <span aria-hidden="true">{MARKS[priority]}</span> {counts[priority]} {priority}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
