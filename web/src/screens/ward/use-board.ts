// Who lies where on a ward, asked of the server; what changes by itself goes into the live store.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { live } from "../../live";
import { useAgreements, useDeviceNews } from "../../live-of";
import { seedBoard } from "../../seed";
import { staffApi } from "../../staff-api";
import { useStanding } from "../../standing";
import type { Board, BoardPlaces } from "../../words";

const AGAIN_MS = 30_000;

function placesOf({ ward, vitals, beds }: Board): BoardPlaces {
  const places = beds.map(({ vitals, score, alarms, calls, waves, ...place }) => place);
  return { ward, vitals, beds: places };
}

/** The board from the server, kept in the live store.
 * Asked for anew whenever the server has begun to tell, also after a reconnection: nothing falls
 * in between. Its alarms are kept in sync by the shell, as on every page. */
export function useBoard(ward: number) {
  const agreements = useAgreements();
  const news = useDeviceNews();
  const board = useQuery({
    queryKey: ["board", ward, agreements, news],
    queryFn: async () => {
      const asked = performance.now();
      const found = await staffApi.board(ward);
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
  return { data: useStanding(board, ward), error: board.error, refetch: board.refetch };
}
