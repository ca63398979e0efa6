// What a patient measured or wrote and the server does not have yet. Pure: the shelf and the way out are
// the caller's. Nothing leaves the shelf before the server said that it is committed, and what is
// sent again after a lost answer the server knows; so nothing is lost and nothing doubles.

import type { components } from "../api.d";

type Said = components["schemas"];
export type Packet = Said["Packet"];
export type Entry = Said["HandEntry"];
export type Questions = Said["NewAnswers"];
/** Measurements of one meter; or (`questions`) one questionnaire that was answered, and nothing else. */
export type Batch = Said["NewMeasurements"] & { questions?: Questions };
export type Kept = Said["MeasurementsKept"];
export type Letter = Said["NewLetter"];

/** One packet of a meter, or (without a meter's name) one entry by hand or what was answered;
 * `patient`: whose it is. */
export type Item = {
  patient: number;
  meter: string;
  zone: string;
  packet?: Packet;
  entry?: Entry;
  questions?: Questions;
  /** What they write to their team; it goes by itself. */
  letter?: Letter;
  /** The server's words where it will not take this at all; it stays, and is shown. */
  refused?: string;
};
export type Waiting = Item & { id: number };

export type Shelf = {
  all(patient: number): Promise<Waiting[]>;
  remove(ids: number[]): Promise<void>;
  refuse(waiting: Waiting[], why: string): Promise<void>;
};
/** `again`: the server or the way there is away; `later`: it cannot take this one yet; `signed out`: it
 * was not taken as theirs. */
export type Answer = "kept" | "again" | "later" | "signed out" | { refused: string };
export type Send = (patient: number, said: Batch | Letter) => Promise<Answer>;
export type End = "empty" | "again" | "signed out";

const ITEMS_MAX = 100;

/** What one request brings: what was answered first, for it may be a warning sign; else of one meter,
 * in the order it came. */
export function nextBatch(waiting: readonly Waiting[]): Waiting[] {
  const open = waiting.filter(({ refused }) => refused === undefined);
  // A message comes last: one that must wait, since too many were written, keeps nothing else.
  const sooner = open.filter(({ letter }) => !letter);
  const first = sooner.find(({ questions }) => questions) ?? sooner[0];
  if (!first) return open.slice(0, 1);
  if (first.questions) return [first];
  return sooner
    .filter(
      ({ questions, meter, zone }) => !questions && meter === first.meter && zone === first.zone,
    )
    .slice(0, ITEMS_MAX);
}

export function asBatch(items: readonly Item[]): Batch {
  const [first] = items;
  return {
    meter: first?.meter ?? "",
    zone: first?.zone ?? "UTC",
    packets: items.flatMap(({ packet }) => packet ?? []),
    entries: items.flatMap(({ entry }) => entry ?? []),
    ...(first?.questions && { questions: first.questions }),
  };
}

/** Send what waits of this patient, and of nobody else, until nothing waits or the way is away. */
export async function drain(shelf: Shelf, patient: number, send: Send): Promise<End> {
  const later = new Set<number>();
  while (true) {
    const mine = (await shelf.all(patient)).filter((each) => each.patient === patient);
    const batch = nextBatch(mine.filter(({ id }) => !later.has(id)));
    if (!batch.length) return later.size > 0 ? "again" : "empty";
    const answer = await send(patient, batch[0]?.letter ?? asBatch(batch));
    if (answer === "again" || answer === "signed out") return answer;
    if (answer === "later") for (const { id } of batch) later.add(id);
    else if (answer === "kept") await shelf.remove(batch.map(({ id }) => id));
    else if (batch.length === 1) await shelf.refuse(batch, answer.refused);
    else
      for (const each of batch) {
        const one = await send(patient, asBatch([each])); // one that is refused keeps no other
        if (one === "again" || one === "signed out") return one;
        if (one === "later") later.add(each.id);
        else if (one === "kept") await shelf.remove([each.id]);
        else await shelf.refuse([each], one.refused);
      }
  }
}
