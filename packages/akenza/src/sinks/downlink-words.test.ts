import { bindExpression, type NewCommand } from "@signalbox/core";
import { expect, test } from "vitest";
import { createDownlinks, order } from "../testing/downlinks.ts";
import { partOf } from "./downlink-commands.ts";

const valve = "02d2327fedce2128";
const other = "0242ac1300020001";
const never = new AbortController().signal;
const start = Date.UTC(2026, 0, 1);

/** The commands of one message to the valve, under the words given. */
async function commandsOf(words: string, body: unknown = {}): Promise<readonly NewCommand[]> {
  const { sinkOf, taken } = await createDownlinks();
  const yaml = `akenzaDownlink:\n  devices: ["${valve}"]\n  lorawan: {}\n${words.replace(/^/gm, "  ")}`;
  expect(await sinkOf(yaml).write([order(body)], never)).toMatchObject([{ status: "delivered" }]);
  return taken;
}

const commandOf = async (words: string, body?: unknown): Promise<NewCommand> => {
  const [command] = await commandsOf(words, body);
  if (command === undefined) throw new Error("no command was made");
  return command;
};

test("D13 without a word of it a command lives for ever, replaces none, and is a person's when unknown", async () => {
  const command = await commandOf("{}".replace("{}", "raw: false"));
  expect(command.onUnknown).toBe("ask");
  for (const field of ["expiresAt", "notBefore", "supersedeKey", "confirm", "isDryRun"]) {
    expect(command).not.toHaveProperty(field);
  }
});

test("D13 a ttl counts from the message's event", async () => {
  const { sinkOf, taken, clock } = await createDownlinks();
  const sink = sinkOf(`akenzaDownlink: { devices: ["${valve}"], lorawan: {}, ttl: 6h }`);
  clock.advance(3_600_000);
  await sink.write([order({}), order({}, { id: "m2", time: "2026-01-01T00:30:00.000000000Z" })], never);
  expect(taken.map((each) => each.expiresAt)).toEqual([start + 6 * 3_600_000, start + 6.5 * 3_600_000]);
});

test("D13 a device's clock that is ahead does not make its commands live longer", async () => {
  const { sinkOf, taken } = await createDownlinks();
  const sink = sinkOf(`akenzaDownlink: { devices: ["${valve}"], lorawan: {}, ttl: 1h }`);
  await sink.write([order({}, { time: "2027-01-01T00:00:00Z" })], never);
  expect(taken.map((each) => each.expiresAt)).toEqual([start + 3_600_000]);
});

test("D13 a message that is older than the ttl is discarded as expired, the others of its batch are not", async () => {
  const { sinkOf, taken, clock } = await createDownlinks();
  const sink = sinkOf(`akenzaDownlink: { devices: ["${valve}"], lorawan: {}, ttl: 1h }`);
  clock.advance(3_600_000);
  const results = await sink.write([order({}), order({}, { id: "m2", time: "2026-01-01T00:00:00.001Z" })], never);
  expect(results).toMatchObject([{ status: "discarded", reason: "expired" }, { status: "delivered" }]);
  expect(taken.map((each) => each.message)).toEqual(["m2"]);
});

test("D13 `supersede: true` is a sink's own, a `key` is shared by all that have it", async () => {
  const { sinkOf, taken } = await createDownlinks();
  const around = (words: string, name: string): string =>
    `akenzaDownlink: { devices: ["${valve}"], lorawan: {}, supersede: ${words} }\nname: ${name}`;
  const body = { kind: "setpoint" };
  for (const [words, name] of [
    ["true", "a"],
    ["true", "b"],
    ['{ key: "{{ kind }}" }', "a"],
    ['{ key: "setpoint" }', "b"],
    ["false", "a"],
  ] as const) {
    await sinkOf(around(words, name)).write([order(body, { id: `${words}${name}` })], never);
  }
  const keys = taken.map((each) => each.supersedeKey);
  expect(new Set(keys.slice(0, 3)).size).toBe(3);
  expect(keys[3]).toBe(keys[2]);
  expect(keys[4]).toBeUndefined();
});

test("D13 no text of a `key` can replace the commands of a sink that shares none", async () => {
  const own = (await commandOf("supersede: true")).supersedeKey ?? "";
  const shared = await commandOf("supersede: { key: '{{ text }}' }", { text: own });
  expect(shared.supersedeKey).not.toBe(own);
});

test("D13 onUnknown and the retry words are the ledger's to keep", async () => {
  const { sinkOf, taken } = await createDownlinks();
  const yaml = `akenzaDownlink: { devices: ["${valve}"], lorawan: {}, onUnknown: resend }
retry: { attempts: 4, backoff: 10s, maxBackoff: 10m }`;
  await sinkOf(yaml, { retry: { attempts: 4, backoffMs: 10_000, maxBackoffMs: 600_000 } }).write([order({})], never);
  expect(taken).toMatchObject([{ onUnknown: "resend", maxAttempts: 4, backoffMs: 10_000, maxBackoffMs: 600_000 }]);
});

test("D13 a dry run says so to the ledger, and has everything a real command would have", async () => {
  const { isDryRun, ...rest } = await commandOf("dryRun: true\nttl: 1h\nsupersede: true");
  expect(isDryRun).toBe(true);
  expect(rest).toEqual(await commandOf("ttl: 1h\nsupersede: true"));
});

test("D13 each device is put off by the same part of the spread, whatever the message and its company", async () => {
  const { sinkOf, taken, clock } = await createDownlinks();
  const sink = sinkOf("akenzaDownlink: { devices: targets, lorawan: {}, spread: 10m }");
  await sink.write([order({ targets: [valve, other] })], never);
  clock.advance(60_000);
  await sink.write([order({ targets: [other] }, { id: "m2" })], never);
  const [first = 0, second = 0, third = 0] = taken.map((each) => (each.notBefore ?? 0) - start);
  expect(first).not.toBe(second);
  expect(third).toBe(second + 60_000);
  for (const offset of [first, second]) expect(offset >= 0 && offset < 600_000).toBe(true);
});

test("the parts of a spread lie evenly over it", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let n = 0; n < 10_000; n += 1) {
    const tenth = Math.floor(partOf(1_000, n.toString(16).padStart(16, "0")) / 100);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(Math.min(...tenths)).toBeGreaterThan(900);
  expect(Math.max(...tenths)).toBeLessThan(1_100);
});

test("D13 what confirms is handed on as it was written, with the pipeline's vars", async () => {
  const { confirm } = await commandOf(
    `confirm:
  expect: data.targetTemperature = $command.payload.loraDownlink.payload.setTargetTemperature
  within: 2h
  otherwise: retry`,
  );
  expect(confirm).toMatchObject({ withinMs: 7_200_000, otherwise: "retry", vars: {} });
  const seen = { payload: { loraDownlink: { payload: { setTargetTemperature: 17 } } } };
  const expects = bindExpression(confirm?.expect ?? "", { variables: { command: ["payload"] } });
  const judged = (targetTemperature: number): unknown =>
    expects.evaluate({ ...order({}), body: { data: { targetTemperature } } }, { command: seen });
  expect([judged(17), judged(18)]).toEqual([true, false]);
  expect((await commandOf("confirm: { expect: 'true' }")).confirm).toMatchObject({
    withinMs: 1_800_000,
    otherwise: "alert",
  });
});
