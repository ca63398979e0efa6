import { expect, it } from "vitest";
import type { System } from "../../words";
import { faultsOf, seconds } from "./health";

const NOW = 1_000_000;
const well: System = {
  now: NOW,
  is_bus_connected: true,
  is_watched: true,
  processes: ["door", "watch", "work", "web", "pack"].map((name) => ({ name, heard: NOW - 900 })),
  shares: [{ number: 1, heard: NOW - 900, by: "watch on a" }],
  counters: {
    at: NOW,
    received: 3,
    stored: 3,
    quarantined: 0,
    refused: 0,
    waiting: 0,
    lost: 0,
  },
};

it("says nothing while all is well", () => {
  expect(faultsOf(well)).toEqual([]);
  expect(faultsOf({ ...well, processes: [...well.processes, { name: "demo", heard: 0 }] })).toEqual(
    [],
  );
});

it("names whoever is silent, and what is unaccounted for", () => {
  const processes = well.processes.map((one) =>
    one.name === "watch" ? { ...one, heard: NOW - 6_000 } : one,
  );
  const counters = well.counters && { ...well.counters, lost: 2 };
  expect(faultsOf({ ...well, processes, counters, is_watched: false })).toEqual([
    "The process watch is silent.",
    "Alarms are not being watched.",
    "2 messages were received and are unaccounted for.",
  ]);
});

it("says which part of the patients nobody watches", () => {
  const shares = [...well.shares, { number: 2, heard: NOW - 6_000, by: "watch on b" }];
  expect(faultsOf({ ...well, shares, is_watched: false })).toEqual([
    "Alarms of a part of the patients are not being watched: share 2 of 2.",
  ]);
});

it("has figures that matter", () => {
  expect([0.048, 1.23, 42.4, 200].map(seconds)).toEqual(["0.05 s", "1.2 s", "42 s", "3 min"]);
});
