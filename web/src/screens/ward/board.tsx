// The ward board: who needs somebody now, from across the room.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useParams } from "wouter";
import { api } from "../../api";
import { live, useAgreements, useConnections, useDeviceNews, useWatch } from "../../live";
import { useOpened } from "../../my-wards";
import { useTitle } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import { useWaves } from "../../waves";
import { Beds } from "./beds";

const AGAIN_MS = 30_000;

export default function BoardScreen() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  return Number.isInteger(ward) ? <Ward key={ward} ward={ward} /> : <Empty title="No such ward" />;
}

/** The board from the server, kept in the live store; asked for anew after each reconnection.
 * Its alarms are kept in sync by the shell, as on every page. */
function useBoard(ward: number) {
  const connections = useConnections();
  // Asked once more when the server has begun to tell: nothing falls in between.
  const agreements = useAgreements();
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
    staleTime: 0, // the store forgot what was not watched
  });
  const { refetch } = board;
  useEffect(() => {
    if (connections < 2 && agreements === 0 && news === 0) return; // the query's own first load
    void refetch();
  }, [connections, agreements, news, refetch]);
  return board;
}

function Ward({ ward }: { ward: number }) {
  useWatch("ward", ward);
  useWaves("ward", ward);
  useOpened(useMe().person.id, ward);
  const board = useBoard(ward);
  useTitle(board.data?.ward.name ?? "Ward");
  if (board.data) return <Beds board={board.data} />;
  if (board.error) return <Trouble error={board.error} again={() => void board.refetch()} />;
  return <Waiting what="Loading the ward" />;
}
