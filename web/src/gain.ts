// How tall a trace is drawn: fitted to the last seconds, changed rarely and in steps. Pure.
//
// A trace that breathes with every beat cannot be compared with itself, so a smaller step is
// taken only when the wave fills less than half of its lane.

const STEPS = [1, 1.5, 2, 3, 5, 7.5];
const KEPT_MS = 8_000;
const PART_MS = 500;
/** Until this much was heard the scale may still change at any moment. */
const YOUNG_MS = 2_000;
const ROOM = 1.12;
const SMALL = 0.42;
/** A baseline may wander this share of the range before the trace is centred anew. */
const DRIFT = 0.2;

type Part = { at: number; low: number; high: number };
export type Scale = { middle: number; range: number };

/** The smallest step that holds `need`. */
export function stepAbove(need: number): number {
  const power = 10 ** Math.floor(Math.log10(need));
  const step = [...STEPS, 10].find((one) => one * power >= need * 0.999999) ?? 10;
  return step * power;
}

export class Gain {
  private parts: Part[] = [];
  private scale: Scale | null = null;
  private readonly unheard: Scale;

  /** `floor` is the least range worth drawing: below it lies noise (in the wave's unit). */
  constructor(private readonly floor: number) {
    this.unheard = { middle: 0, range: floor };
  }

  feed(at: number, values: Iterable<number>): void {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low > high) return;
    const last = this.parts.at(-1);
    if (last && at - last.at < PART_MS) {
      last.low = Math.min(last.low, low);
      last.high = Math.max(last.high, high);
    } else this.parts.push({ at, low, high });
    while (this.parts[0] && this.parts[0].at < at - KEPT_MS) this.parts.shift();
  }

  /** The scale now in use; in the first seconds it is still being found. */
  get(): Scale {
    return this.scale && !this.isYoung ? this.scale : this.settle();
  }

  get isYoung(): boolean {
    const first = this.parts[0];
    const last = this.parts.at(-1);
    return !first || !last || last.at - first.at < YOUNG_MS;
  }

  /** Fit anew. Call it when the pen returns to the left, where a change does the least harm. */
  settle(): Scale {
    if (!this.parts.length) return this.unheard;
    const low = Math.min(...this.parts.map((part) => part.low));
    const high = Math.max(...this.parts.map((part) => part.high));
    const middle = (low + high) / 2;
    const need = Math.max((high - low) * ROOM, this.floor);
    if (!this.scale || !fits(this.scale, low, high, need)) {
      const keepsRange =
        this.scale !== null && need <= this.scale.range && need >= this.scale.range * SMALL;
      this.scale = { middle, range: keepsRange && this.scale ? this.scale.range : stepAbove(need) };
    }
    return this.scale;
  }
}

function fits({ middle, range }: Scale, low: number, high: number, need: number): boolean {
  const isInside = low >= middle - range / 2 && high <= middle + range / 2;
  const isCentred = Math.abs((low + high) / 2 - middle) <= DRIFT * range;
  return isInside && isCentred && need >= range * SMALL;
}
