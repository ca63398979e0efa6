// What is wrong with the platform itself, in words. Pure.

import type { System } from "../../words";

const SILENT_MS = 5_000;
/** A demo's own devices are no part of the platform. */
const OPTIONAL = new Set(["demo"]);

export function faultsOf(system: System): string[] {
  const faults: string[] = [];
  if (!system.is_bus_connected) faults.push("NATS is away: nothing is told.");
  for (const { name, heard } of system.processes) {
    if (OPTIONAL.has(name)) continue;
    if (heard === null) faults.push(`The process ${name} has not been heard.`);
    else if (system.now - heard > SILENT_MS) faults.push(`The process ${name} is silent.`);
  }
  if (system.is_watched === false) faults.push(unwatched(system));
  const lost = system.counters?.lost ?? 0;
  if (lost > 0) faults.push(`${lost} messages were received and are unaccounted for.`);
  return faults;
}

function unwatched({ now, shares }: System): string {
  const missing = shares.filter(({ heard }) => heard === null || now - heard > SILENT_MS);
  if (missing.length === 0 || missing.length === shares.length) {
    return "Alarms are not being watched.";
  }
  const which = missing.map(({ number }) => number).join(", ");
  return `Alarms of a part of the patients are not being watched: share ${which} of ${shares.length}.`;
}

/** Seconds with the figures that matter: `0.05 s`, `1.2 s`, `42 s`, `3 min`. */
export function seconds(value: number): string {
  if (value < 1) return `${value.toFixed(2)} s`;
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return `${Math.round(value / 60)} min`;
}
