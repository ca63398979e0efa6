/** Which vitals share a panel of the chart, in what order, and how each is drawn. */

/** A panel: one or two vitals on one y axis. `soft` is shown even when the values stay inside. */
export type Panel = {
  id: string;
  title: string;
  vitals: string[];
  /** The CSS variable of the colour its numbers have on every screen. */
  colour: string;
  soft: [low: number, high: number];
  /** Nothing is ever drawn beyond: a saturation of 104 % on the axis would be a lie. */
  hard?: [low: number | null, high: number | null];
  /** Drawn as a bar from diastolic to systolic at each measurement. */
  isPressure?: boolean;
};

export const PANELS: Panel[] = [
  {
    id: "heart",
    title: "Heart",
    vitals: ["heart_rate", "pulse"],
    colour: "--hw-heart",
    soft: [50, 110],
    hard: [0, null],
  },
  {
    id: "oxygen",
    title: "Oxygen",
    vitals: ["oxygen_saturation"],
    colour: "--hw-oxygen",
    soft: [88, 100],
    hard: [0, 100],
  },
  {
    id: "breath",
    title: "Breathing",
    vitals: ["respiratory_rate"],
    colour: "--hw-breath",
    soft: [8, 24],
    hard: [0, null],
  },
  {
    id: "pressure",
    title: "Pressure",
    vitals: ["systolic", "diastolic", "mean_pressure"],
    colour: "--hw-pressure",
    soft: [50, 160],
    hard: [0, null],
    isPressure: true,
  },
  {
    id: "warmth",
    title: "Temperature",
    vitals: ["temperature"],
    colour: "--hw-warmth",
    soft: [36, 39],
  },
  {
    id: "glucose",
    title: "Glucose",
    vitals: ["glucose"],
    colour: "--hw-glucose",
    soft: [60, 200],
    hard: [0, null],
  },
];

/** The panels that have anything to show for this patient, now or ever. */
export function panelsOf(measured: ReadonlySet<string>): Panel[] {
  return PANELS.filter((panel) => panel.vitals.some((vital) => measured.has(vital)));
}

/** The y range: the soft one, widened to hold the values with a little air, within the hard one. */
export function rangeOf(panel: Panel, low: number | null, high: number | null): [number, number] {
  const [softLow, softHigh] = panel.soft;
  const air = (softHigh - softLow) * 0.06;
  const least = Math.min(softLow, (low ?? softLow) - air);
  const most = Math.max(softHigh, (high ?? softHigh) + air);
  const [hardLow, hardHigh] = panel.hard ?? [null, null];
  return [Math.max(least, hardLow ?? least), Math.min(most, hardHigh ?? most)];
}

const ROUND_STEPS = [0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500];

/** A few round values inside the range, none so near an edge that its label is cut. */
export function valueTicks(low: number, high: number): number[] {
  const step = ROUND_STEPS.find((one) => (high - low) / one <= 4.6) ?? 500;
  const edge = (high - low) * 0.04;
  const found = [];
  for (let value = Math.ceil((low + edge) / step) * step; value <= high; value += step) {
    found.push(value);
  }
  return found;
}
