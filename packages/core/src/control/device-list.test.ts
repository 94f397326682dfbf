import { expect, test } from "vitest";
import type { Connection } from "../component/contracts.ts";
import type { HeardDevice } from "../component/heard.ts";
import type { HeldConnection } from "../runtime/connections.ts";
import { deviceOf, listDevices } from "./device-list.ts";

const device = (id: string, more: Partial<HeardDevice> = {}): HeardDevice => ({
  device: id,
  pipelines: ["climate"],
  streams: [{ topic: "default", sampleAt: "2026-03-01T10:00:00.000Z", body: { t: 20 }, isSilent: false }],
  gaps: [],
  ...more,
});

function engine(connections: Readonly<Record<string, readonly HeardDevice[]>>) {
  const held = Object.entries(connections).map(([name, all]): HeldConnection => {
    const devices = { all: () => all, get: (id: string) => all.find((each) => each.device === id) };
    const connection: Connection = { devices };
    return { name, connection };
  });
  return { connections: () => [...held, { name: "lake", connection: {} }] };
}

const silent = [
  {
    topic: "default",
    sampleAt: "2026-03-01T09:00:00.000Z",
    body: 1,
    isSilent: true,
    cadence: { usualMs: 600_000, deviationMs: 10 },
  },
  { topic: "life", sampleAt: "2026-03-01T09:30:00.000Z", body: 1, isSilent: false },
];
const gap = { pipeline: "climate", from: "a", until: "b", reason: "too old" };

test("devices of all connections come in pages, in the order of their ids", () => {
  const world = engine({
    east: [device("c"), device("a"), device("b")],
    west: [device("b", { pipelines: ["other"] })],
  });
  const first = listDevices(world, { limit: 2 });
  expect(first).toMatchObject({ total: 3, silent: 0, next: "b", devices: [{ device: "a" }, { device: "b" }] });
  expect(first.devices[1]).toMatchObject({ connections: ["east", "west"], pipelines: ["climate", "other"], topics: 2 });
  const last = listDevices(world, { limit: 2, after: "b" });
  expect(last.devices.map((each) => each.device)).toEqual(["c"]);
  expect(last).not.toHaveProperty("next");
  expect(listDevices(world, { limit: 2, after: "c" }).devices).toEqual([]);
});

test("they are found by a part of their id, by pipeline, by connection, and by their silence", () => {
  const world = engine({
    east: [device("02AB"), device("02cd", { streams: silent, gaps: [gap] })],
    west: [device("03")],
  });
  const ids = (query: object): readonly string[] =>
    listDevices(world, { limit: 9, ...query }).devices.map((each) => each.device);
  expect(ids({ search: "ab" })).toEqual(["02AB"]);
  expect(ids({ search: "CLIM" })).toHaveLength(3);
  expect(ids({ connection: "west" })).toEqual(["03"]);
  expect(ids({ pipeline: "none" })).toEqual([]);
  expect(ids({ silent: true })).toEqual(["02cd"]);
  expect(listDevices(world, { limit: 9, silent: true }).devices).toEqual([
    {
      device: "02cd",
      connections: ["east"],
      pipelines: ["climate"],
      topics: 2,
      sampleAt: "2026-03-01T09:30:00.000Z",
      usualMs: 600_000,
      isSilent: true,
      gaps: 1,
    },
  ]);
});

test("one device is shown with its samples, those too large as their beginning", () => {
  const large = [{ ...silent[1], body: "x".repeat(100_000) }] as HeardDevice["streams"];
  const world = engine({ east: [device("a", { streams: large })] });
  expect(deviceOf(world, "a").connections).toMatchObject([
    { connection: "east", pipelines: ["climate"], streams: [{ body: { characters: 100_002 } }] },
  ]);
  expect(() => deviceOf(world, "z")).toThrow("no device");
});
