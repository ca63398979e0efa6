// Which alarms reach a screen. Pure.

/** What the screen shows. */
export type Watch = { watch: "ward" | "patient"; id: number };
type Placed = { patient_id: number | null; ward_id: number | null };

/** The ward on the screen and those followed, in order. */
export function alarmWards(watching: Watch | null, followed: readonly number[]): number[] {
  const here = watching?.watch === "ward" ? [watching.id] : [];
  return [...new Set([...here, ...followed])].sort((a, b) => a - b);
}

export function isHeard(alarm: Placed, watching: Watch | null, wards: readonly number[]): boolean {
  // Of Homeward itself, of devices nobody wears.
  if (alarm.patient_id === null && alarm.ward_id === null) return true;
  if (watching?.watch === "patient" && watching.id === alarm.patient_id) return true;
  // A patient on no ward is everybody's: nobody else would see their alarm.
  return alarm.ward_id === null ? wards.length > 0 : wards.includes(alarm.ward_id);
}
