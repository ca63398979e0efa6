// Asking again when there is news, whatever is under way.

import { useEffect, useRef } from "react";

type Asked = {
  data: unknown;
  isFetching: boolean;
  refetch: () => unknown;
};

/**
 * Ask again when `news` changes. News that comes while the first answer is under way waits for it:
 * asked then, the library would join that question, whose answer may be older than the news.
 */
export function useAskedAnew({ data, isFetching, refetch }: Asked, news: string): void {
  const hasNone = data === undefined;
  // What stands here from before may be older than what was heard meanwhile.
  const known = useRef(hasNone ? news : null);
  const isFirst = hasNone && isFetching;
  useEffect(() => {
    if (isFirst || known.current === news) return;
    known.current = news;
    void refetch();
  }, [isFirst, news, refetch]);
}
