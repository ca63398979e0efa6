// What a page can do without at first, so that a telephone on a poor line has it soon. Where it does
// not come it is asked for again: the page that is there must not fall for it.

const LATER_MS = 2_000;

export async function later<T>(load: () => Promise<T>): Promise<T> {
  await new Promise((done) => setTimeout(done, LATER_MS));
  return soon(load);
}

/** At once, and again until it is here. */
export async function soon<T>(load: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      if (navigator.onLine) return await load();
    } catch {
      // the network went meanwhile
    }
    await new Promise((done) => setTimeout(done, LATER_MS));
  }
}
