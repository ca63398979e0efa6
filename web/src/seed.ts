// What a page asks for, put into the live store.

import type { Live } from "./live-store";
import type { Alarm, Board, Call } from "./words";

/** Everything of a board, or of one patient, that was asked for at `asked` (performance.now). */
export function seedBoard(live: Live, board: Pick<Board, "beds">, asked: number): void {
  const { beds } = board;
  for (const { patient, vitals, score, waves } of beds)
    if (patient) live.seedVitals(patient.id, vitals, score, waves);
  live.seedDevices(beds.flatMap((bed) => bed.devices));
  const here = new Set(beds.map(({ patient }) => patient?.id ?? null));
  const isHere = ({ patient_id }: Alarm | Call) => patient_id !== null && here.has(patient_id);
  live.seedAlarms(
    beds.flatMap((bed) => bed.alarms),
    asked,
    isHere,
  );
  live.seedCalls(
    beds.flatMap((bed) => bed.calls),
    asked,
    isHere,
  );
}

/** Every open alarm of one ward and of no ward. */
export function seedWard(live: Live, ward: number, alarms: readonly Alarm[], asked: number): void {
  live.seedAlarms(alarms, asked, ({ ward_id }) => ward_id === null || ward_id === ward);
}
