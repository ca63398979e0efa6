// The ward board: who needs somebody now, from across the room.

import { useParams } from "wouter";
import { useWatch } from "../../live";
import { useIdleLock } from "../../locking";
import { useOpened } from "../../my-wards";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { useMe } from "../../session";
import { useWaves } from "../../waves";
import { Beds } from "./beds";
import { useBoard } from "./use-board";

export default function BoardScreen() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  return Number.isInteger(ward) ? <Ward key={ward} ward={ward} /> : <Empty title="No such ward" />;
}

function Ward({ ward }: { ward: number }) {
  useWatch("ward", ward);
  useWaves("ward", ward);
  useOpened(useMe().person.id, ward);
  useIdleLock(ward);
  const board = useBoard(ward);
  useTitle(board.data?.ward.name ?? "Ward");
  if (board.data) return <Beds board={board.data} />;
  if (board.error) return <Trouble error={board.error} again={() => void board.refetch()} />;
  return <Waiting what="Loading the ward" />;
}
