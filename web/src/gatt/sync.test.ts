import { expect, test } from "vitest";
import stories from "./stories.json";
import { type Command, cgmNumbered, glucoseNumbered, hex, Memory, Sync } from "./sync";

const octetsOf = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function told(command: Command): string {
  if (command.do === "write") return `write ${hex(command.octets)}`;
  if (command.do === "done") return `done ${command.end}`;
  return command.do === "spoil" ? "spoil" : `${command.do} ${command.epoch} ${command.number}`;
}

function happens(sync: Sync, event: string, what: string): Command[] {
  if (event === "begin") return sync.begin();
  if (event === "measurement") return sync.measurement(octetsOf(what));
  if (event === "context") return sync.context(octetsOf(what));
  if (event === "answered") return sync.answered(octetsOf(what));
  if (event === "refused") return sync.refused(Number.parseInt(what, 16));
  if (event === "timed_out") return sync.timedOut();
  return event === "cut" ? sync.cut() : sync.stop();
}

type Story = {
  name: string;
  seen?: string[];
  last_before?: number;
  last?: number | null;
  epoch?: number;
  steps: [string, string, string[]][];
};

test.each(stories as unknown as Story[])("$name", (story) => {
  const memory = new Memory();
  for (const octets of (story.seen ?? []).map(octetsOf))
    for (const [number] of glucoseNumbered(octets)) memory.knows(number, octets);
  memory.last = story.last_before ?? null;
  let sync = new Sync(memory, glucoseNumbered);
  for (const [event, what, then] of story.steps) {
    if (event === "sync") sync = new Sync(memory, glucoseNumbered);
    else expect(happens(sync, event, what).map(told)).toEqual(then);
  }
  if ("last" in story) expect(memory.last).toBe(story.last);
  if ("epoch" in story) expect(memory.epoch).toBe(story.epoch);
});

test("every code of every answer leads on or ends", () => {
  for (const isCount of [true, false])
    for (let code = 0; code < 256; code++) {
      const sync = new Sync(new Memory(), glucoseNumbered);
      sync.begin();
      if (!isCount) sync.answered(Uint8Array.of(5, 0, 1, 0));
      const [next] = sync.answered(Uint8Array.of(6, 0, isCount ? 4 : 1, code));
      expect(next?.do).toMatch(/write|done/);
    }
});

test("records of a CGM are numbered each", () => {
  const two = octetsOf("06000c10050006000c100600");
  expect(cgmNumbered(two)).toEqual([
    [5, two.slice(0, 6)],
    [6, two.slice(6)],
  ]);
  expect(() => cgmNumbered(octetsOf("07000c100500"))).toThrow();
});
