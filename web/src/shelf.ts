// Things by their number, in the order they came, with what is newer winning. A storm of two
// thousand alarms must cost no more for the last one than for the first.

import { replaceEqualDeep } from "@tanstack/react-query";

type Numbered = { id: number };

export class Shelf<Thing extends Numbered> {
  private things = new Map<number, Thing>();
  /** When each was last heard of (performance.now), also of those that are gone. */
  private touched = new Map<number, number>();
  private snapshot: readonly Thing[] = [];
  private isStale = false;

  constructor(private readonly most: number) {}

  /** What was asked for at `asked` is older than what was heard since. */
  isNewer(id: number, asked: number): boolean {
    return (this.touched.get(id) ?? -1) > asked;
  }

  /** Keep it, or forget it where it `isOver`; not where something newer is known. */
  take(thing: Thing, asked: number, isOver: boolean): void {
    if (this.isNewer(thing.id, asked)) return;
    this.touched.delete(thing.id);
    this.touched.set(thing.id, asked);
    const oldest = this.touched.size > 2 * this.most ? this.touched.keys().next().value : undefined;
    if (oldest !== undefined) this.touched.delete(oldest);
    const known = this.things.get(thing.id);
    // What is asked for again is mostly the same: then it stays the same object, and is not drawn.
    const kept = isOver ? undefined : replaceEqualDeep(known, thing);
    if (kept === known) return;
    if (kept === undefined) this.things.delete(thing.id);
    else this.things.set(thing.id, kept);
    this.isStale = true;
  }

  /** Keep only these. */
  keep(isKept: (thing: Thing) => boolean): void {
    for (const thing of this.things.values()) {
      if (!isKept(thing) && this.things.delete(thing.id)) this.isStale = true;
    }
  }

  /** Of those that `isOf` names only what is among `things`, as they were asked for at `asked`. */
  keepOf(things: readonly Thing[], asked: number, isOf: (thing: Thing) => boolean): void {
    const ids = new Set(things.map(({ id }) => id));
    this.keep((one) => ids.has(one.id) || !isOf(one) || this.isNewer(one.id, asked));
  }

  get(id: number): Thing | undefined {
    return this.things.get(id);
  }

  /** The same array until something changes. */
  all(): readonly Thing[] {
    if (this.isStale) {
      this.snapshot = [...this.things.values()];
      this.isStale = false;
    }
    return this.snapshot;
  }

  clear(): void {
    this.things.clear();
    this.touched.clear();
    this.isStale = true;
  }
}
