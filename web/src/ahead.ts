// Alarms the server tells ahead of their rows, while it writes them. Each looks like every other
// alarm, cannot be answered for that moment, and gives way to its row.

import type { Alarm } from "./words";

/** The server tells each again every second; one it has forgotten is dropped after this. */
export const FORGOTTEN_MS = 10_000;

type Told = { alarm: Alarm; heard: number };

/** One condition of one patient or device: what an alarm is of before it has a number. */
export function keyOf({ patient_id, device, condition }: Alarm): string {
  return `${patient_id ?? ""} ${condition} ${device ?? ""}`;
}

function isSame(one: Alarm, other: Alarm): boolean {
  return one.rung === other.rung && one.state === other.state && one.priority === other.priority;
}

export class Ahead {
  private told = new Map<string, Told>();
  private last = 0;
  private base: readonly Alarm[] = [];
  private merged: readonly Alarm[] | null = null;

  /** What the server says of alarms without a row, at `heard` (performance.now); any news? */
  take(alarms: readonly Alarm[], rows: readonly Alarm[], heard: number): boolean {
    const before = this.told.size;
    let isNews = false;
    const rung = new Map(rows.map((row) => [keyOf(row), row.rung]));
    for (const alarm of alarms) {
      const key = keyOf(alarm);
      const known = this.told.get(key)?.alarm;
      if (alarm.state === "resolved") this.written(alarm);
      // Its row was quicker: what is told is old.
      else if ((rung.get(key) ?? -1) < alarm.rung) {
        const id = known?.id ?? --this.last;
        this.told.set(key, { alarm: { ...alarm, id, is_ahead: true }, heard });
        if (known && isSame(known, alarm)) continue;
        isNews = true;
        this.merged = null;
      }
    }
    return isNews || this.told.size !== before;
  }

  /** Whether this row looks as what was told ahead of it. */
  isDrawn(row: Alarm): boolean {
    const known = this.told.get(keyOf(row))?.alarm;
    return known !== undefined && isSame(known, row);
  }

  /** A row was told: what was told ahead of it is over. */
  written(row: Alarm): void {
    const known = this.told.get(keyOf(row));
    if (known && known.alarm.rung <= row.rung && this.told.delete(keyOf(row))) this.merged = null;
  }

  /** Drop what nobody has told again for long; whether there was any. */
  forget(now: number): boolean {
    const old = [...this.told].filter(([, { heard }]) => now - heard > FORGOTTEN_MS);
    for (const [key] of old) this.told.delete(key);
    if (old.length > 0) this.merged = null;
    return old.length > 0;
  }

  /** The rows, and what is ahead of them: a row that becomes worse keeps its number. */
  over(rows: readonly Alarm[]): readonly Alarm[] {
    if (this.told.size === 0) return rows;
    if (this.merged === null || this.base !== rows) {
      this.base = rows;
      const ahead = new Map([...this.told].map(([key, { alarm }]) => [key, alarm]));
      const worse = rows.map((row) => {
        const alarm = ahead.get(keyOf(row));
        if (!alarm) return row;
        ahead.delete(keyOf(row));
        return { ...alarm, id: row.id, raised: row.raised };
      });
      this.merged = [...worse, ...ahead.values()];
    }
    return this.merged;
  }

  clear(): void {
    this.told.clear();
    this.merged = null;
  }
}
