// Things by whose they are. Whoever looks at one group is told only when that one changes: with
// twenty beds on a screen, the alarm of one must not draw nineteen others.

export class Groups<Thing> {
  private all: readonly Thing[] = [];
  private groups = new Map<number | null, readonly Thing[]>();
  private readonly none: readonly Thing[] = [];

  constructor(private readonly keyOf: (thing: Thing) => number | null) {}

  /** Those of one key among `all`: the same array until one of them is another. */
  get(all: readonly Thing[], key: number): readonly Thing[] {
    if (this.all !== all) this.regroup(all);
    return this.groups.get(key) ?? this.none;
  }

  private regroup(all: readonly Thing[]): void {
    const groups = new Map<number | null, Thing[]>();
    for (const thing of all) {
      const group = groups.get(this.keyOf(thing));
      if (group) group.push(thing);
      else groups.set(this.keyOf(thing), [thing]);
    }
    const before = this.groups;
    this.groups = new Map(
      [...groups].map(([key, group]) => {
        const known = before.get(key);
        const isSame =
          known?.length === group.length && known.every((one, place) => one === group[place]);
        return [key, isSame ? known : group];
      }),
    );
    this.all = all;
  }
}
