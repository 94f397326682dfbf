import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSimulator, DEMO_API_KEY, type Simulator } from "@signalbox/akenza-simulator";
import type { Command } from "@signalbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo, type CapturedOptions } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipeline = `name: valves
source:
  webhook: { path: "/valves/:id", method: PUT, id: id, device: $meta.request.params.id, respond: settled }
sinks:
  - akenzaDownlink: { lorawan: { port: 3, payloadHex: "hex" } }
    name: valve
`;
const downlinks = "/v3/devices/*/downlink";

let simulator: Simulator;
let project: Awaited<ReturnType<typeof projectFolder>>;
let engine: { readonly io: CapturedIo; readonly code: Promise<number> };
let http: string;

beforeAll(async () => {
  simulator = await createSimulator({ fleet: {} });
  project = await projectFolder({ "pipelines/valves.yaml": pipeline });
  const env = {
    AKENZA_API_KEY: DEMO_API_KEY,
    AKENZA_BASE_URL: simulator.url,
    SIGNALBOX_CONSOLE_PORT: "0",
    SIGNALBOX_HTTP_PORT: "0",
  };
  const io = captureIo({ cwd: project.dir, env });
  engine = { io, code: main(["run", "--log", "json"], io) };
  await Promise.race([io.until("out", "Signalbox runs."), engine.code]);
  http = /"http":"([^"]+)"/.exec(io.out())?.[1] ?? io.out();
}, 120_000);

afterAll(async () => {
  engine.io.signal("SIGTERM");
  await engine.code;
  await simulator.close();
  await project.remove();
}, 60_000);

describe("signalbox commands", { timeout: 60_000 }, () => {
  test("a webhook names the commands it led to, and tells what becomes of them", async () => {
    const device = simulator.addDevice({ name: "told" }).id;
    const [{ key, path } = { key: "", path: "" }] = await order(device, "told");
    expect(path).toBe(`/valves/${device}/commands/${key}`);
    await until(key, "accepted");
    const answer = (await (await fetch(`${http}${path}`)).json()) as Command;
    expect(answer).toMatchObject({ key, device, state: "accepted", attempts: 1 });
    const ofMessage = await (await fetch(`${http}/valves/${device}/commands?message=told`)).json();
    expect(ofMessage).toMatchObject({ commands: [{ key }] });
  });

  test("lists commands as lines, whole as NDJSON, page by page and filtered; exports all", async () => {
    const device = simulator.addDevice({ name: "listed" }).id;
    for (const id of ["l1", "l2", "l3"]) await until((await order(device, id))[0]?.key ?? "", "accepted");
    const lines = await call(["list", "--device", device]);
    expect(lines.out).toMatch(/^key +time +state +tries +device +pipeline +sink +detail\n/);
    expect(lines.out.match(/ accepted +1 +\S+ +valves +valve +HTTP 204/g)).toHaveLength(3);
    const first = await call(["list", "--json", "--device", device, "--limit", "2"]);
    const more = /--after (\S+)/.exec(first.err)?.[1] ?? "";
    const second = await call(["list", "--json", "--device", device, "--limit", "2", "--after", more]);
    expect([...commandsIn(first.out), ...commandsIn(second.out)].map(({ message }) => message)).toEqual([
      "l3",
      "l2",
      "l1",
    ]);
    expect((await call(["list", "--device", device, "--state", "unknown"])).out).toBe("");
    expect((await call(["list", "--state", "done"])).code).toBe(2);
    const exported = commandsIn((await call(["export", "--device", device, "--since", "1h"])).out);
    expect(exported.map(({ message }) => message)).toEqual(["l1", "l2", "l3"]);
  });

  test("shows a command; cancels one that waits, and refuses for one that does not", async () => {
    const device = simulator.addDevice({ name: "cancelled" }).id;
    simulator.faults.failRequests({ path: downlinks, method: "POST", status: 503, retryAfter: 3_600 });
    const [{ key } = { key: "" }] = await order(device, "c1");
    await until(key, "queued", 1);
    const [{ key: next } = { key: "" }] = await order(device, "c2");
    const shown = await call(["show", key]);
    expect(shown.out).toMatch(/state +queued[^]*attempts +1 of 10[^]*history:\n.* queued\n.* sent +attempt 1/);
    expect((await call(["show", key, "--json"])).out).toContain('"dueAt"');

    expect(await call(["cancel", key])).toMatchObject({ code: 0, out: "1 command cancelled.\n" });
    expect((await call(["show", key])).out).toMatch(/cancelled +attempt 1 +by \S+/);
    await until(next, "accepted");
    const late = await call(["cancel", next]);
    expect(late).toMatchObject({ code: 1, out: "0 commands cancelled.\n" });
    expect(late.err).toContain("COMMAND_STATE_REFUSED");
    expect((await call(["show", "gone"])).err).toContain("COMMAND_KEY_UNKNOWN");
  });

  test("cancels those that wait by filter, once it is told to", async () => {
    const device = simulator.addDevice({ name: "many" }).id;
    simulator.faults.failRequests({ path: downlinks, method: "POST", status: 503, retryAfter: 3_600 });
    const [{ key } = { key: "" }] = await order(device, "m1");
    await until(key, "queued", 1);
    await order(device, "m2");
    expect((await call(["cancel"])).err).toContain("CLI_SELECTION_INVALID");
    expect((await call(["cancel", key, "--all"])).err).toContain("CLI_SELECTION_INVALID");
    expect((await call(["cancel", "--device", device])).err).toContain("CLI_CONFIRMATION_MISSING");
    const done = await call(["cancel", "--device", device, "--yes", "--json"]);
    // The youngest first: an older one that goes would let it through.
    expect(commandsIn(done.out).map(({ message, state }) => `${message} ${state}`)).toEqual([
      "m2 cancelled",
      "m1 cancelled",
    ]);
  });

  test("sends an unknown one again under its key, when a person says so", async () => {
    const device = simulator.addDevice({ name: "unknown" }).id;
    simulator.faults.failRequests({ path: downlinks, method: "POST", cut: "after" });
    const [{ key } = { key: "" }] = await order(device, "u1");
    await until(key, "unknown");
    expect(await call(["resend", key])).toMatchObject({ code: 0, out: "1 command queued again.\n" });
    await until(key, "accepted", 2);
    const { history } = await stateOf(key);
    expect(history.map(({ state }) => state)).toEqual(["queued", "sent", "unknown", "queued", "sent", "accepted"]);
    expect((await call(["resend", key])).err).toContain("COMMAND_STATE_REFUSED");
  });

  test("sends one by hand, recorded with who did", async () => {
    const device = simulator.addDevice({ name: "by hand" }).id;
    const body = { raw: true, loraDownlink: { port: 3, confirmed: false, payloadHex: "0e14" } };
    const sent = await call(["send", device, "--ttl", "5m", "--json", "--payload", JSON.stringify(body)]);
    const { key } = JSON.parse(sent.out) as Command;
    await until(key, "accepted");
    expect(simulator.downlinks.entries.at(-1)).toMatchObject({ deviceId: device, body });
    expect(await stateOf(key)).toMatchObject({ pipeline: "(by hand)", history: [{ by: expect.any(String) }, {}, {}] });

    await writeFile(join(project.dir, "open.json"), JSON.stringify(body));
    expect((await call(["send", device, "--body", "open.json"])).out).toMatch(/^Command \S+ is \w+\. See: /);
    expect((await call(["send", device, "--body", "-"], { input: "{" })).err).toContain("CLI_BODY_INVALID");
    expect((await call(["send", device])).err).toContain("CLI_BODY_INVALID");
    expect((await call(["send", device, "--payload", "{}", "--ttl", "soon"])).code).toBe(2);
    const elsewhere = await call(["send", device, "--payload", "{}", "--connection", "orders"]);
    expect(elsewhere.err).toContain("CONTROL_SENDER_UNKNOWN");
  });

  test("says that no engine runs", async () => {
    const elsewhere = await projectFolder({ "signalbox.yaml": "version: 1" });
    const io = captureIo({ cwd: elsewhere.dir });
    expect(await main(["commands", "list"], io)).toBe(3);
    await elsewhere.remove();
  });
});

async function call(
  args: readonly string[],
  options: Partial<CapturedOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: project.dir, ...options });
  const code = await main(["commands", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

/** Calls the webhook; answers the commands it names. */
async function order(device: string, id: string): Promise<readonly { key: string; path: string }[]> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ id, hex: "0e14" });
  const answered = await fetch(`${http}/valves/${device}`, { method: "PUT", headers, body });
  expect(answered.status).toBe(200);
  return ((await answered.json()) as { commands: { key: string; path: string }[] }).commands;
}

/** Resolves once a command is in a state, after that many tries. */
async function until(key: string, state: Command["state"], attempts = 0): Promise<void> {
  for (;;) {
    const command = await stateOf(key);
    if (command.state === state && command.attempts >= attempts) return;
  }
}

async function stateOf(key: string): Promise<Command> {
  return JSON.parse((await call(["show", key, "--json"])).out) as Command;
}

function commandsIn(ndjson: string): readonly Command[] {
  const lines = ndjson.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Command);
}
