import { expect, test } from "vitest";
import { createDownlinks, order } from "../testing/downlinks.ts";

const tag = { id: "7100000000000001", name: "Valves" };
const never = new AbortController().signal;
const rejectedWith = (code: string, message: string): object => ({
  status: "rejected",
  cause: { code, message: expect.stringContaining(message) },
});

test("a query finds devices by tag, by type and by workspace, over all pages", async () => {
  const { simulator, sinkOf, taken } = await createDownlinks({ rateLimit: "off" });
  const [building, site] = simulator.workspaces.map((each) => each.id);
  const add = (name: string, spec: object): string => simulator.addDevice({ name, ...spec }).id;
  const tagged = Array.from({ length: 250 }, (_, n) =>
    add(`valve ${n}`, { tags: [tag], deviceType: "mclimate/vicki" }),
  );
  const meter = add("meter", { tags: [tag], deviceType: "landisgyr/T550" });
  const outside = add("outside", { deviceType: "mclimate/vicki", workspaceId: site });
  const to = async (query: string): Promise<ReadonlySet<string>> => {
    const yaml = `akenzaDownlink: { devices: ${query}, maxDevices: 1000, lorawan: {} }`;
    const before = taken.length;
    await sinkOf(yaml).write([order({}, { id: query })], never);
    return new Set(taken.slice(before).map((each) => each.device));
  };
  expect(await to(`{ tag: "${tag.id}" }`)).toEqual(new Set([...tagged, meter]));
  expect(await to("{ type: vicki }")).toEqual(new Set([...tagged, outside]));
  expect(await to(`{ workspace: "${site}" }`)).toEqual(new Set([outside]));
  expect(await to(`{ workspace: "${building}", type: vicki, tag: "${tag.id}" }`)).toEqual(new Set(tagged));
});

test("a reading holds for `every`; the first message after it has the devices read again", async () => {
  const { simulator, sinkOf, taken, clock } = await createDownlinks();
  const first = simulator.addDevice({ name: "first", tags: [tag] }).id;
  const sink = sinkOf(`akenzaDownlink: { devices: { tag: "${tag.id}", every: 15m }, lorawan: {} }`);
  await sink.write([order({})], never);
  const second = simulator.addDevice({ name: "second", tags: [tag] }).id;
  clock.advance(15 * 60_000 - 1);
  await sink.write([order({}, { id: "m2" }), order({}, { id: "m3" })], never);
  expect(taken.map((each) => each.device)).toEqual([first, first, first]);
  clock.advance(1);
  await sink.write([order({}, { id: "m4" }), order({}, { id: "m5" })], never);
  expect(taken.slice(3).map((each) => each.device)).toEqual([first, second, first, second]);
  expect(simulator.requests.entries.filter((each) => each.path === "/v3/assets")).toHaveLength(2);
});

test("while the inventory cannot be read messages wait: an old list is not taken in its place", async () => {
  const { simulator, sinkOf, taken, clock } = await createDownlinks();
  simulator.addDevice({ name: "valve", tags: [tag] });
  const sink = sinkOf(`akenzaDownlink: { devices: { tag: "${tag.id}", every: 1m }, lorawan: {} }`);
  await sink.write([order({})], never);
  clock.advance(60_000);
  simulator.faults.failRequests({ path: "/v3/assets", status: 403 });
  const [result] = await sink.write([order({}, { id: "m2" })], never);
  expect(result).toMatchObject({ status: "retryable", cause: { code: "AKENZA_IDS_UNREADABLE" } });
  expect(await sink.write([order({}, { id: "m2" })], never)).toMatchObject([{ status: "delivered" }]);
  expect(taken.map((each) => each.message)).toEqual(["m1", "m2"]);
});

test("a query that finds no device is a finding at the start, and rejects every message with its place", async () => {
  const { simulator, sinkOf, taken, log } = await createDownlinks();
  simulator.addDevice({ name: "valve", tags: [tag] });
  const sink = sinkOf(`akenzaDownlink: { devices: { tag: "${tag.id}", type: nothing }, lorawan: {} }`);
  await sink.open?.(never);
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: "warn", fields: expect.objectContaining({ code: "AKENZA_DEVICES_NONE" }) }),
  );
  const [result] = await sink.write([order({})], never);
  expect(result).toMatchObject(
    rejectedWith("AKENZA_DEVICES_NONE", `no device of the tag ${tag.id}, of the type nothing`),
  );
  expect(result).toMatchObject({ cause: { at: { file: "pipelines/test.yaml", line: 5, column: 5 } } });
  expect(taken).toEqual([]);
});

test("a sink whose query cannot be read does not open", async () => {
  const { simulator, sinkOf } = await createDownlinks();
  simulator.faults.failRequests({ path: "/v3/tags/*", status: 404 });
  const sink = sinkOf(`akenzaDownlink: { devices: { tag: "${tag.id}" }, lorawan: {} }`);
  await expect(sink.open?.(never)).rejects.toMatchObject({ code: "AKENZA_IDS_UNREADABLE", isRetryable: true });
});

test("beyond maxDevices nothing is sent at all, and the error says both numbers and the place", async () => {
  const { simulator, sinkOf, taken } = await createDownlinks();
  const ids = Array.from({ length: 4 }, (_, n) => simulator.addDevice({ name: `valve ${n}`, tags: [tag] }).id);
  const both = "would command 4 devices, and maxDevices allows 3";
  const sink = sinkOf("akenzaDownlink: { devices: targets, maxDevices: 3, lorawan: {} }");
  const [bad, good] = await sink.write(
    [order({ targets: ids }), order({ targets: ids.slice(1) }, { id: "m2" })],
    never,
  );
  expect(bad).toMatchObject(rejectedWith("AKENZA_DEVICES_TOO_MANY", both));
  expect(bad).toMatchObject({ cause: { at: { file: "pipelines/test.yaml", line: 5, column: 32 } } });
  expect(good).toMatchObject({ status: "delivered" });
  expect(taken.map((each) => each.device)).toEqual(ids.slice(1));
  const queried = sinkOf(`akenzaDownlink: { devices: { tag: "${tag.id}" }, maxDevices: 3, lorawan: {} }`);
  const [result] = await queried.write([order({})], never);
  expect(result).toMatchObject(rejectedWith("AKENZA_DEVICES_TOO_MANY", both));
  expect(result).toMatchObject({ cause: { at: { file: "pipelines/test.yaml", line: 5, column: 5 } } });
});

test("a message may command 100 devices unless told otherwise", async () => {
  const { sinkOf, taken } = await createDownlinks();
  const targets = Array.from({ length: 101 }, (_, n) => (0x02_00_00 + n).toString(16).padStart(16, "0"));
  const sink = sinkOf("akenzaDownlink: { devices: targets, lorawan: {} }");
  const results = await sink.write([order({ targets }), order({ targets: targets.slice(1) }, { id: "m2" })], never);
  expect(results).toMatchObject([rejectedWith("AKENZA_DEVICES_TOO_MANY", "101"), { status: "delivered" }]);
  expect(taken).toHaveLength(100);
});
