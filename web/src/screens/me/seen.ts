// A receipt that is asked for until the server has it, while what it is about stands on the page.

const RETRY_MS = 4_000;

export type Receipt = { tell: () => Promise<void>; stop: () => void };

export function receipt(send: () => Promise<unknown>, isVisible: () => boolean): Receipt {
  let isTold = false;
  let isOver = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const tell = async () => {
    if (isTold || isOver || !isVisible()) return;
    isTold = true;
    await send().catch(() => {
      isTold = false;
      // Of an alert that is gone from the page meanwhile nobody says later that it was seen.
      if (!isOver) retry = setTimeout(tell, RETRY_MS);
    });
  };
  const stop = () => {
    isOver = true;
    clearTimeout(retry);
  };
  return { tell, stop };
}
