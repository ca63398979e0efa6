/** How one device is doing, in words an engineer filters by. Times are ms since 1970 UTC. */

export type Known = {
  status: string;
  connected: boolean;
  last_seen: number | null;
  since: number | null;
  offset_seconds: number | null;
  certificate_expires: number | null;
};

export type State = "connected" | "silent" | "never" | "quarantined" | "revoked" | "retired";

/** The order of the filter and of the list: who needs somebody stands first. */
export const STATES: { state: State; label: string; sign: string }[] = [
  { state: "silent", label: "Silent", sign: "◌" },
  { state: "never", label: "Never seen", sign: "?" },
  { state: "quarantined", label: "In quarantine", sign: "▣" },
  { state: "connected", label: "Connected", sign: "●" },
  { state: "revoked", label: "Revoked", sign: "⊘" },
  { state: "retired", label: "Retired", sign: "□" },
];

export function stateOf(device: Known): State {
  if (hasEnded(device) || device.status === "quarantined") return device.status as State;
  if (device.connected) return "connected";
  return device.last_seen === null ? "never" : "silent";
}

/** Whether its life is over: it never comes back under this name. */
export function hasEnded(device: { status: string }): boolean {
  return device.status === "revoked" || device.status === "retired";
}

export function rankOf(device: Known): number {
  return STATES.findIndex(({ state }) => state === stateOf(device));
}

const DAY_MS = 86_400_000;
// Devices renew theirs when a third is left: one that comes this far does not, and somebody must.
const CERTIFICATE_DAYS_SHORT = 7;
// NEWS2 and alarms are judged by device time: beyond this, values look older or newer than they are.
const OFFSET_SECONDS_LARGE = 2;

export type Told = { text: string; isWrong: boolean };

/** Days left on the certificate. */
export function certificateOf(device: Known, now: number): Told {
  if (device.certificate_expires === null) return { text: "none yet", isWrong: false };
  const days = Math.floor((device.certificate_expires - now) / DAY_MS);
  if (days < 0) return { text: "expired", isWrong: true };
  return { text: days === 1 ? "1 day" : `${days} days`, isWrong: days < CERTIFICATE_DAYS_SHORT };
}

const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** How far the device's clock is from ours: positive is ahead. */
export function clockOf(device: Known): Told {
  const offset = device.offset_seconds;
  if (offset === null) return { text: "unknown", isWrong: false };
  const size = Math.abs(offset);
  if (size < 0.05) return { text: "right", isWrong: false };
  const side = offset > 0 ? "ahead" : "behind";
  return { text: `${lengthOf(size)} ${side}`, isWrong: size >= OFFSET_SECONDS_LARGE };
}

function lengthOf(seconds: number): string {
  if (seconds < 120) return `${TENTHS.format(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return `${TENTHS.format(seconds / 3600)} h`;
}

/** Device names: what is also an MQTT client id and a certificate's name. */
export function nameFault(name: string): string | null {
  if (name === "") return "Give the device a name.";
  if (!/^[a-z0-9-]+$/.test(name)) return "Small letters, digits and dashes only.";
  if (name.startsWith("-")) return "Begin with a letter or a digit.";
  if (name.length > 63) return "At most 63 characters.";
  return null;
}

export type Bytes = { text: string; hex: string; isText: boolean; count: number };

const LINE_BREAKS = new Set([9, 10, 13]);

/** Quarantined bytes (as the server gives them: base64) as text, and as a hex listing. */
export function bytesOf(base64: string): Bytes {
  const raw = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const text = new TextDecoder("utf-8").decode(raw);
  const isText = !text.includes("\ufffd") && raw.every((one) => one >= 32 || LINE_BREAKS.has(one));
  return { text, hex: hexListing(raw), isText, count: raw.length };
}

const HEX_ROW = 16;

function hexListing(raw: Uint8Array): string {
  const rows = [];
  for (let from = 0; from < raw.length; from += HEX_ROW) {
    const part = Array.from(raw.slice(from, from + HEX_ROW));
    const hex = part.map((one) => one.toString(16).padStart(2, "0")).join(" ");
    const shown = part.map((one) => (one >= 32 && one < 127 ? String.fromCharCode(one) : "·"));
    const offset = from.toString(16).padStart(4, "0");
    rows.push(`${offset}  ${hex.padEnd(HEX_ROW * 3 - 1)}  ${shown.join("")}`);
  }
  return rows.join("\n");
}
