// What a page can do without at first, so that a telephone on a poor line has it soon.

const LATER_MS = 2_000;

export async function later<T>(load: () => Promise<T>): Promise<T> {
  await new Promise((done) => setTimeout(done, LATER_MS));
  return load();
}
