// By how much a meter's clock is ahead, where it can be asked for its time now
// (homeward/standards/gatt/meter_clock.py): Date Time 2A08, or Current Time 2A2B.

export const CLOCKS = [0x2a2b, 0x2a08] as const;
/** People set clocks to the minute, and asking takes a moment: nearer than this it is right. */
const RIGHT_WITHIN_SECONDS = 90;
const DATE_TIME_OCTETS = 7;
const CURRENT_TIME_OCTETS = 10;

/**
 * Seconds; null where it is not set or says no time. `now` in ms since 1970, `offsetMinutes` as
 * Date.getTimezoneOffset has it: the meter tells the time on the wall, without a zone.
 */
export function ahead(octets: Uint8Array, now: number, offsetMinutes: number): number | null {
  if (![DATE_TIME_OCTETS, CURRENT_TIME_OCTETS].includes(octets.length)) return null;
  const [low = 0, high = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = octets;
  const year = low | (high << 8);
  const said = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
  const isDate = year >= 1582 && said.getUTCMonth() === month - 1 && said.getUTCDate() === day;
  if (!isDate || hours > 23 || minutes > 59 || seconds > 59) return null;
  const here = Math.floor(now / 1_000) - offsetMinutes * 60;
  const difference = said.getTime() / 1_000 - here;
  return Math.abs(difference) <= RIGHT_WITHIN_SECONDS ? 0 : difference;
}
