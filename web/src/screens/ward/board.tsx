// The ward board: who needs somebody now, from across the room.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { api } from "../../api";
import { live, useWatch } from "../../live";
import { useAgreements, useDeviceNews } from "../../live-of";
import { useOpened } from "../../my-wards";
import { useTitle } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { seedBoard } from "../../seed";
import { useMe } from "../../session";
import { useWaves } from "../../waves";
import type { Board, BoardPlaces } from "../../words";
import { Beds } from "./beds";

const AGAIN_MS = 30_000;

export default function BoardScreen() {
  const ward = parseInt(useParams<{ ward: string }>().ward, 10);
  return Number.isInteger(ward) ? <Ward key={ward} ward={ward} /> : <Empty title="No such ward" />;
}

function placesOf({ ward, vitals, beds }: Board): BoardPlaces {
  const places = beds.map(({ vitals, score, alarms, calls, waves, ...place }) => place);
  return { ward, vitals, beds: places };
}

/** The board from the server, kept in the live store.
 * Asked for anew whenever the server has begun to tell, also after a reconnection: nothing falls
 * in between. Its alarms are kept in sync by the shell, as on every page. */
function useBoard(ward: number) {
  const agreements = useAgreements();
  const news = useDeviceNews();
  return useQuery({
    queryKey: ["board", ward, agreements, news],
    queryFn: async () => {
      const asked = performance.now();
      const found = await api.board(ward);
      seedBoard(live, found, asked);
      return found;
    },
    // What is the same as before stays the same object, and is not drawn again.
    select: placesOf,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    staleTime: 0, // the store forgot what was not watched
    gcTime: 0,
  });
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
