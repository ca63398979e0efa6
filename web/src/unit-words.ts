// UCUM codes as people write them. Pure.

const WRITTEN = new Map([
  ["mm[Hg]", "mmHg"],
  ["Cel", "°C"],
  ["/min", "/min"],
  ["1", ""],
]);

export function unitInWords(unit: string): string {
  return WRITTEN.get(unit) ?? unit;
}
