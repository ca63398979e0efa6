// How many messages of a ward's patients wait: those nobody has read, and those that are late.

import { useQuery } from "@tanstack/react-query";
import { lettersApi, useLetterNews } from "../../letters-api";
import { useBegun } from "../../live-of";
import { useStanding } from "../../standing";
import classes from "./board.module.css";

const REFRESH_MS = 60_000;

export function WardLettersCount({ ward }: { ward: number }) {
  // What was written before the server began to tell is in the answer alone.
  const [news, begun] = [useLetterNews(), useBegun()];
  const asked = useQuery({
    queryKey: ["ward-letters", ward, news, begun],
    queryFn: () => lettersApi.ofWard(ward),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  });
  // A count that goes because it could not be asked for looks like none.
  const data = useStanding(asked, ward);
  if (!data || (data.unread === 0 && data.late === 0)) return null;
  const words = [
    data.unread > 0 && `${data.unread} unread message${data.unread === 1 ? "" : "s"}`,
    data.late > 0 && `${data.late} late`,
  ].filter(Boolean);
  return (
    <span className={classes.letters} data-late={data.late > 0 || undefined} role="status">
      {words.join(", ")}
    </span>
  );
}
