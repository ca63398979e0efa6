// What each rule of rules.yml must find in pages ("ruleid"), and what it must let be ("ok").

export function keep(kept: Record<string, number>, row: number[], name: string, value: number) {
  // ruleid: keyed-write
  kept[name] = value;
  // ruleid: keyed-write
  kept[name] += value;
  // ruleid: keyed-write
  kept[name] ??= value;
  // ruleid: keyed-write
  Object.assign(kept, JSON.parse(name));
  // ruleid: keyed-write
  for (const each in kept) console.log(each);
  // ok: keyed-write
  for (const each of row) console.log(each);
  // ok: keyed-write
  row[row.length - 1] = value;
  // ok: keyed-write
  row[0 + value] = value;
  // ok: keyed-write
  const map = new Map([[name, value]]);
  // ok: keyed-write
  return { map, kept: { ...kept, [name]: value } };
}

// ruleid: keyed-words
const WORDS: Record<string, string> = { well: "arrived" };
// ruleid: keyed-words
const OTHERS: Readonly<Record<string, string>> = { late: "late" };
// ok: keyed-words
const MARKS: Record<Priority, string> = { high: "!!!" };
// ok: keyed-words
const KINDS = new Map(Object.entries({ patient: "the record" }));

type Priority = "high";
export const every = [WORDS, OTHERS, MARKS, KINDS];
