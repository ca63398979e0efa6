import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WavesSocket } from "./waves-socket";

class Wire {
  static made: Wire[] = [];
  binaryType = "";
  said: string[] = [];
  isClosed = false;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: ArrayBuffer }) => void = () => undefined;
  onclose: () => void = () => undefined;
  constructor(readonly url: string) {
    Wire.made.push(this);
  }
  send = (what: string) => void this.said.push(what);
  close = () => {
    this.isClosed = true; // a pulled cable: the goodbye is not heard either
  };
  speaks(times: number): void {
    for (let time = 0; time < times; time++) this.onmessage({ data: new ArrayBuffer(0) });
  }
}

const latest = () => Wire.made.at(-1) as Wire;
let heard = 0;
let socket: WavesSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
  Wire.made = [];
  heard = 0;
  socket = new WavesSocket(() => {
    heard += 1;
  });
  socket.listen("wss://homeward.test/waves?ward=3");
  latest().onopen();
});

afterEach(() => {
  socket.listen(null);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a connection that spoke and is silent is given up, and what the old one says is not heard", () => {
  const first = latest();
  first.speaks(12);
  expect(first.said).toEqual(["0", "10"]);
  vi.advanceTimersByTime(8_000);
  expect(Wire.made.length).toBe(2);
  expect(first.isClosed).toBe(true);
  first.speaks(1);
  expect(heard).toBe(12);
  latest().onopen();
  latest().speaks(1);
  expect(heard).toBe(13);
});

test("where nobody wears a monitor, silence is no fault", () => {
  vi.advanceTimersByTime(3_600_000);
  expect(Wire.made.length).toBe(1);
});

test("a connection that never comes is given up", () => {
  latest().onclose();
  vi.advanceTimersByTime(1_500);
  expect(Wire.made.length).toBe(2);
  vi.advanceTimersByTime(18_000);
  expect(Wire.made.length).toBe(3);
});

test("who turns to another ward hears that one alone, and who leaves hears nobody", () => {
  const [first] = Wire.made as [Wire];
  socket.listen("wss://homeward.test/waves?ward=4");
  first.onclose();
  first.speaks(1);
  vi.advanceTimersByTime(10_000);
  expect([Wire.made.length, heard]).toEqual([2, 0]);
  socket.listen(null);
  vi.advanceTimersByTime(60_000);
  expect(Wire.made.length).toBe(2);
});
