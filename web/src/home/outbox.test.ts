import { expect, test } from "vitest";
import {
  type Answer,
  asBatch,
  type Batch,
  drain,
  type Item,
  type Letter,
  nextBatch,
  type Waiting,
} from "./outbox";

const hand = (patient: number, at: number): Item => ({
  patient,
  meter: "",
  zone: "Europe/Berlin",
  entry: { at, values: [{ vital: "pulse", value: 70, unit: "/min" }] },
});
const packet = (patient: number, number: number, meter = "Meter"): Item => ({
  patient,
  meter,
  zone: "Europe/Berlin",
  packet: { of: 0x2a18, octets: "00", heard: 1, number, is_context: false },
});

const answers = {
  ...{ url: "x", version: "1", language: "en", answered: 1, answers: {} },
  chain: "",
  is_begun: false,
};

/** A shelf that lives on, whatever happens to the page, and a server that keeps what it commits. */
function home(items: Item[]) {
  let waiting: Waiting[] = items.map((each, n) => ({ ...each, id: n + 1 }));
  const record = new Set<string>();
  const asked: [number, Batch][] = [];
  return {
    record,
    asked,
    waiting: () => waiting,
    shelf: {
      all: async () => [...waiting],
      remove: async (ids: number[]) => {
        waiting = waiting.filter(({ id }) => !ids.includes(id));
      },
      refuse: async (some: Waiting[], refused: string) => {
        waiting = waiting.map((each) =>
          some.some(({ id }) => id === each.id) ? { ...each, refused } : each,
        );
      },
    },
    send:
      (answers: Answer[] = [], commits = true) =>
      async (patient: number, batch: Batch | Letter): Promise<Answer> => {
        if ("key" in batch) throw new Error("no letter here");
        asked.push([patient, batch]);
        const answer = answers.shift() ?? "kept";
        if (answer === "kept" || (answer === "again" && commits))
          for (const each of [...(batch.packets ?? []), ...(batch.entries ?? [])])
            record.add(JSON.stringify([patient, batch.meter, each]));
        return answer;
      },
  };
}

test("a lost answer sends again, and what was kept is there once", async () => {
  const at = home([hand(1, 1), packet(1, 1), packet(1, 2), hand(1, 2)]);
  expect(await drain(at.shelf, 1, at.send(["again"]))).toBe("again");
  expect(at.waiting()).toHaveLength(4);
  expect(await drain(at.shelf, 1, at.send())).toBe("empty");
  expect(at.waiting()).toEqual([]);
  expect(at.record.size).toBe(4);
  expect(at.asked[0]).toEqual(at.asked[1]);
});

test("what is another patient's stays, whoever is signed in", async () => {
  const at = home([hand(1, 1), hand(2, 2), packet(2, 1)]);
  expect(await drain(at.shelf, 1, at.send())).toBe("empty");
  expect(at.asked.map(([patient]) => patient)).toEqual([1]);
  expect(at.waiting().map(({ patient }) => patient)).toEqual([2, 2]);
  expect(await drain(at.shelf, 2, at.send(["signed out"]))).toBe("signed out");
  expect(at.waiting()).toHaveLength(2);
});

test("one that is refused keeps no other, and is not sent for ever", async () => {
  const at = home([hand(1, 1), hand(1, 2), hand(1, 3)]);
  const no = { refused: "cannot be" };
  expect(await drain(at.shelf, 1, at.send([no, "kept", no, "kept"]))).toBe("empty");
  expect(at.waiting().map(({ id, refused }) => [id, refused])).toEqual([[2, "cannot be"]]);
  expect(await drain(at.shelf, 1, at.send())).toBe("empty");
  expect(at.asked).toHaveLength(4);
});

test("what was answered goes first, alone, and one that is refused keeps nothing waiting", async () => {
  const answered = (patient: number, key: string): Item => ({
    patient,
    meter: "",
    zone: "Europe/Berlin",
    questions: { ...answers, key },
  });
  const at = home([hand(1, 1), answered(1, "one"), hand(1, 2), answered(1, "two")]);
  const no = { refused: "not here" };
  expect(await drain(at.shelf, 1, at.send([no, "again"]))).toBe("again");
  expect(at.waiting().map(({ refused }) => refused)).toEqual([
    undefined,
    "not here",
    undefined,
    undefined,
  ]);
  expect(await drain(at.shelf, 1, at.send())).toBe("empty");
  expect(at.asked.map(([, { questions, entries }]) => questions?.key ?? entries?.length)).toEqual([
    "one",
    "two",
    "two",
    2,
  ]);
});

test("what a server of before cannot take stays, goes again, and keeps nothing else waiting", async () => {
  const begun: Item = {
    ...hand(1, 1),
    entry: undefined,
    questions: { ...answers, key: "begun", chain: "one", is_begun: true },
  };
  const at = home([begun, hand(1, 2)]);
  expect(await drain(at.shelf, 1, at.send(["later", "kept"]))).toBe("again");
  expect(at.waiting().map(({ questions, refused }) => [questions?.key, refused])).toEqual([
    ["begun", undefined],
  ]);
  expect(await drain(at.shelf, 1, at.send())).toBe("empty");
  expect(at.asked.map(([, { questions }]) => questions?.key)).toEqual([
    "begun",
    undefined,
    "begun",
  ]);
});

test("a request is of one meter, and bounded", async () => {
  const many = Array.from({ length: 250 }, (_, n) => packet(1, n, n % 2 ? "One" : "Other"));
  const at = home(many);
  await drain(at.shelf, 1, at.send());
  expect(at.asked.map(([, { packets }]) => packets?.length)).toEqual([100, 100, 25, 25]);
  expect(at.record.size).toBe(250);
  expect(nextBatch([])).toEqual([]);
  expect(asBatch([packet(1, 7)])).toMatchObject({ meter: "Meter", entries: [] });
});

test("a message goes by itself, by the same key until it is kept, and keeps nothing else", async () => {
  const letter = (text: string): Item => ({
    patient: 1,
    meter: "",
    zone: "UTC",
    letter: { key: `key of ${text}`, text },
  });
  const at = home([letter("one"), hand(1, 1), letter("two"), hand(1, 2)]);
  const sent: (Batch | Letter)[] = [];
  const answers: Answer[] = ["kept", "again", "kept", { refused: "too long" }];
  const send = async (_: number, said: Batch | Letter) => {
    sent.push(said);
    return answers.shift() ?? "kept";
  };
  expect(await drain(at.shelf, 1, send)).toBe("again");
  expect(at.waiting()).toHaveLength(2);
  expect(await drain(at.shelf, 1, send)).toBe("empty");
  expect(sent.map((each) => ("key" in each ? each.key : each.entries?.length))).toEqual([
    2,
    "key of one",
    "key of one",
    "key of two",
  ]);
  expect(at.waiting().map(({ letter, refused }) => [letter?.text, refused])).toEqual([
    ["two", "too long"],
  ]);
});
