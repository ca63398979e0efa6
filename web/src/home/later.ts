// What a page can do without at first, so that a telephone on a poor line has it soon. Where it does
// not come it is asked for again: the page that is there must not fall for it.

const LATER_MS = 2_000;

export async function later<T>(load: () => Promise<T>): Promise<T> {
  while (true) {
    await new Promise((done) => setTimeout(done, LATER_MS));
    if (!navigator.onLine) continue;
    try {
      return await load();
    } catch {
      // the network went meanwhile
    }
  }
}
