import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { createManualClock, type ManualClock } from "@signalbox/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AkenzaConnection } from "../connection.ts";
import { connectTo, read, type Reading } from "../testing/harness.ts";
import type { QueryConnection } from "@signalbox/core";

let simulator: Simulator;
let clock: ManualClock;
let connection: AkenzaConnection;
let projectDir: string;
let pipeline: Reading | undefined;
let [a, b, c]: string[] = [];

beforeEach(async () => {
  simulator = await createSimulator({ fleet: {} });
  [a, b, c] = ["a", "b", "c"].map((name) => simulator.addDevice({ name }).id);
  clock = createManualClock();
  connection = await connectTo(simulator);
  projectDir = await mkdtemp(join(tmpdir(), "signalbox-ids-"));
});

afterEach(async () => {
  await pipeline?.stop();
  pipeline = undefined;
  await connection.close();
  await simulator.close();
  await rm(projectDir, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(projectDir, name), text);
const live = (): string[] =>
  (simulator.subscriptions()[0]?.subscriptions ?? []).map((each) => `${each.assetId} ${each.topic}`).sort();
const all = (...ids: (string | undefined)[]): string[] => ids.map((id) => `${id} *`).sort();

/** Opens a source on a clock of its own: the connection keeps the machine's. */
async function open(
  subscribe: readonly unknown[],
  connections: Record<string, QueryConnection> = {},
): Promise<Reading> {
  pipeline = await read(connection, { subscribe }, { connections, context: { clock, projectDir } });
  return pipeline;
}

/** Lets the next reading happen. */
async function rereads(everyMs: number): Promise<void> {
  await clock.whenTimer((delayMs) => delayMs === everyMs);
  clock.advance(everyMs);
}

test.each([
  ["ids.csv", (ids: string[]) => `name,id\n${ids.map((id, n) => `"device, ${n}",${id}`).join("\n")}\n`, {}],
  [
    "ids.csv",
    (ids: string[]) => `\uFEFFakenzaId;x\r\n${ids.join(";1\r\n")};1`.replaceAll(";", ","),
    { column: "akenzaId" },
  ],
  ["ids.json", (ids: string[]) => JSON.stringify(ids), {}],
  ["ids.json", (ids: string[]) => JSON.stringify(ids.map((id) => ({ device: id }))), { column: "device" }],
  ["ids.ndjson", (ids: string[]) => ids.map((id) => JSON.stringify({ id })).join("\n\n"), {}],
])("ids of %s are subscribed; changed ids change the live subscriptions", async (name, textOf, given) => {
  await write(name, textOf([a!, b!]));
  const { log } = await open([{ file: name, ...given }]);
  expect(live()).toEqual(all(a, b));
  await write(name, textOf([b!, c!]));
  await rereads(10_000);
  await log.whenLine((line) => line.sentence === "The subscribed devices changed.");
  await simulator.until(() => live().join() === all(b, c).join());
  expect(log.lines.at(-1)?.fields).toMatchObject({ added: 1, removed: 1, subscriptions: 2 });
  expect(simulator.connections.entries).toHaveLength(1);
  simulator.emit({ deviceId: a!, data: {} });
  simulator.emit({ deviceId: c!, data: {} });
  const messages = await pipeline!.has(1);
  expect(messages.map((each) => each.meta.device)).toEqual([c]);
});

test.each([
  ["gone", undefined, /no such file/],
  ["empty", "", /the file is empty/],
  ["without the column", "name\nx\n", /there is no column "id"; there are name/],
  ["with an id that is none", "id\n02A\n", /line 2: "02A" is no akenza id/],
  ["with an id in upper case", "id\n02D2327FEDCE2128\n", /line 2: .*lower case.*"02d2327fedce2128"/],
  ["not CSV", 'id\n"a\nb', /./],
])("a file that is %s keeps the last good list, says so, and is read again", async (_name, text, why) => {
  await write("ids.csv", `id\n${a}\n`);
  const { log, source } = await open([{ file: "ids.csv", every: "1m" }]);
  if (text === undefined) await rm(join(projectDir, "ids.csv"));
  else await write("ids.csv", text);
  await rereads(60_000);
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_IDS_UNREADABLE");
  expect(line).toMatchObject({
    level: "warn",
    fields: { list: "file ids.csv", ids: 1, problem: expect.stringMatching(why) },
  });
  expect(source.status?.().detail).toMatch(/file ids\.csv gives no list of devices: .*\(the last good list stays\)/s);
  expect(live()).toEqual(all(a));
  await rereads(60_000);
  await clock.whenTimer((delayMs) => delayMs === 60_000);
  await write("ids.csv", `id\n${b}\n`);
  await rereads(60_000);
  await log.whenLine((each) => each.sentence.includes("can be read again"));
  await simulator.until(() => live().join() === all(b).join());
  expect(source.status?.().detail).not.toContain("gives no list");
  expect(log.lines.filter((each) => each.level === "warn")).toHaveLength(1);
});

test("a file that cannot be read at the start is an error that is tried again", async () => {
  await expect(open([{ file: "missing.csv" }])).rejects.toMatchObject({
    code: "AKENZA_IDS_UNREADABLE",
    isRetryable: true,
  });
  await write("ids.txt", a!);
  await expect(open([{ file: "ids.txt" }])).rejects.toThrow(/the ending "\.txt" is not known/);
  await write("ids.json", "{}");
  await expect(open([{ file: "ids.json" }])).rejects.toThrow(/holds no list/);
});

test("ids of a SQL query are subscribed; changed rows change the live subscriptions; a failing query keeps them", async () => {
  let rows: () => readonly Record<string, unknown>[] = () => [{ id: a, floor: 1 }];
  const asked: string[] = [];
  const database: QueryConnection = {
    query: (text) => {
      asked.push(text);
      return new Promise((resolve) => resolve(rows()));
    },
  };
  const sql = { connection: "buildings", query: "select id, floor from devices" };
  const { log } = await open([{ sql, topic: "default" }], { buildings: database });
  expect(asked).toEqual([sql.query]);
  expect(live()).toEqual([`${a} default`]);
  rows = () => [{ id: b }, { id: c }];
  await rereads(60_000);
  await simulator.until(() => live().join() === [`${b} default`, `${c} default`].sort().join());
  rows = () => {
    throw new Error("the database is gone");
  };
  await rereads(60_000);
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_IDS_UNREADABLE");
  expect(line.fields).toMatchObject({
    list: "query on buildings",
    problem: expect.stringContaining("the database is gone"),
  });
  rows = () => [{ id: 17 }];
  await rereads(60_000);
  await log.whenLine((each) => String(each.fields.problem).includes("row 1: there is no text in its id column"));
  expect(live()).toHaveLength(2);
});

test("the column of a SQL query is the first, or the one that is named", async () => {
  const database: QueryConnection = { query: () => Promise.resolve([{ floor: 1, device: b }]) };
  const sql = { connection: "db", query: "select floor, device from devices" };
  await open([{ sql, column: "device" }], { db: database });
  expect(live()).toEqual(all(b));
  await pipeline?.stop();
  pipeline = undefined;
  await expect(open([{ sql, column: "nope" }], { db: database })).rejects.toThrow(
    /no column "nope"; there are floor, device/,
  );
  await expect(open([{ sql }], { db: database })).rejects.toThrow(/row 1/);
});

test("a REST query finds devices by tag, by type, by workspace, and follows what changes", async () => {
  const tag = { id: "7100000000000001", name: "indoor" };
  const other = simulator.workspaces[1]?.id ?? "";
  const tagged = simulator.addDevice({ name: "tagged", tags: [tag] }).id;
  const valve = simulator.addDevice({ name: "valve", deviceType: "mclimate/vickiV4", workspaceId: other }).id;
  const typeName = await typeOf(valve);
  await open([{ query: { tag: tag.id } }, { query: { type: typeName }, topic: "default", every: "10m" }]);
  expect(live()).toEqual([`${tagged} *`, `${valve} default`].sort());
  const later = simulator.addDevice({ name: "later", tags: [tag] }).id;
  await rereads(300_000);
  await simulator.until(() => live().includes(`${later} *`));
  await pipeline?.stop();
  await open([{ query: { workspace: other } }]);
  expect(live()).toEqual(all(valve));
});

test("a REST query that fails keeps the last good list", async () => {
  const workspace = simulator.workspaces[0]?.id ?? "";
  const { log } = await open([{ query: { workspace } }]);
  simulator.faults.failRequests({ status: 403, times: 0 });
  simulator.addDevice({ name: "new" });
  await rereads(300_000);
  const line = await log.whenLine((each) => each.fields.code === "AKENZA_IDS_UNREADABLE");
  expect(line.fields).toMatchObject({
    list: "query on akenza",
    problem: expect.stringContaining("akenza answered 403 to GET /v3/assets"),
  });
  expect(live()).toEqual(all(a, b, c));
});

async function typeOf(device: string): Promise<string> {
  const answer = await fetch(`${simulator.url}/v3/devices/${device}`, { headers: { "x-api-key": simulator.apiKey } });
  const body = (await answer.json()) as { dataFlow: { deviceType: { name: string } } };
  return body.dataFlow.deviceType.name;
}
