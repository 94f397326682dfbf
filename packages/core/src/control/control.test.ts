import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Command } from "../commands/contracts.ts";
import { SignalboxError } from "../errors/error.ts";
import { silentLogger } from "../log.ts";
import type { DeadLetter } from "../runtime/dead-letters.ts";
import type { EngineStatus, PipelineStatus } from "../runtime/status.ts";
import type { TickRecord } from "../schedules/contracts.ts";
import type { ControlApi } from "./api.ts";
import { createControlClient } from "./client.ts";
import { type ControlServer, createControlServer } from "./server.ts";

let folder: string;
const servers: ControlServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sb-control-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

const counts = {
  received: 1,
  resumed: 0,
  redriven: 0,
  taken: 0,
  handed: 0,
  divided: 0,
  settled: 1,
  inFlight: 0,
  parked: 0,
  discarded: {},
  deadLettered: 0,
};
const nightly: PipelineStatus = {
  name: "night setback",
  description: undefined,
  at: { file: "pipelines/a.yaml", line: 1, column: 1 },
  hash: "abc",
  state: "running",
  problem: undefined,
  source: { component: "schedule", status: { state: "live", nextTicks: ["2026-03-01T21:00:00.000Z"] } },
  steps: [],
  sinks: [],
  counts: { ...counts, unaccounted: 0 },
};
const status: EngineStatus = {
  version: "1.2.3",
  startedAt: "2026-03-01T10:00:00.000Z",
  now: "2026-03-01T10:00:05.000Z",
  state: "running",
  store: { kind: "redis", description: "Redis at redis://hunter2@localhost" },
  httpUrl: undefined,
  connections: [],
  pipelines: [nightly],
  commands: [],
  ticks: [],
  deadLetters: { count: 0 },
  notices: [],
};
const tick: TickRecord = {
  id: "night setback@2026-03-01T09:00:00.000Z",
  pipeline: "night setback",
  plannedAt: 1_772_355_600_000,
  startedAt: 1_772_355_600_001,
  endedAt: 1_772_355_600_002,
  timing: "on-time",
  outcome: "succeeded",
};

interface Asked {
  readonly ticks: [string, number][];
  readonly deadLetters: unknown[];
}

const letter: DeadLetter = {
  id: "4f0c",
  pipeline: "p",
  revision: "abc",
  sink: "bms",
  code: "HTTP_STATUS_REFUSED",
  cause: "no",
  attempts: 1,
  diedAt: "2026-03-01T10:00:00.000Z",
  original: { id: "m", meta: { pipeline: "p", source: "s", time: "", receivedAt: "" }, body: "hunter2 says" },
  redrives: [],
};

function deadLettersOf({ deadLetters: asked }: Asked): ControlApi["deadLetters"] {
  return {
    list: (page) => {
      asked.push(page);
      return Promise.resolve([letter, { ...letter, id: "5a1d" }].slice(0, page.limit));
    },
    get: (id) => Promise.resolve(id === letter.id ? letter : undefined),
    edit: (id, edit) => {
      asked.push([id, edit]);
      return Promise.resolve(letter);
    },
    preview: () => Promise.reject(new SignalboxError("DEAD_LETTER_PIPELINE_GONE", "it is gone", { hint: "mend it" })),
    redrive: () => Promise.reject(new Error("not asked for by the control API")),
    redriveAll: (ids, request, perSecond) => {
      asked.push([ids, request, perSecond]);
      return Promise.resolve(ids.map((id) => ({ letter: id, outcome: "parked" })));
    },
    purge: (ids, by) => {
      asked.push([ids, by]);
      return Promise.resolve(ids.length);
    },
  };
}

const command: Command = {
  key: "k1",
  pipeline: "p",
  sink: "s",
  message: `${tick.id}#0`,
  connection: "akenza",
  device: "d1",
  payload: {},
  maxAttempts: 5,
  backoffMs: 1,
  maxBackoffMs: 1,
  state: "queued",
  attempts: 0,
  history: [],
  at: "2026-03-01T10:00:00.000Z",
};

const commands: ControlApi["commands"] = {
  senders: () => [],
  accept: () => Promise.resolve(),
  list: () => Promise.resolve([command, { ...command, key: "k0" }]),
  get: () => Promise.resolve(command),
  cancel: () => Promise.resolve(command),
  resend: () => Promise.resolve(command),
};

const nothingAsked = (): Asked => ({ ticks: [], deadLetters: [] });

const notAsked = (): never => {
  throw new Error("not asked for here");
};
const schedules: ControlApi["schedules"] = {
  get: async (name) => {
    if (name === tick.pipeline) return { pipeline: name, plan: "every 1h", state: "active", next: [], open: [] };
    throw new SignalboxError("CONTROL_SCHEDULE_UNKNOWN", `no pipeline "${name}" with a schedule runs here`);
  },
  list: notAsked,
  runNow: notAsked,
  pause: notAsked,
  resume: notAsked,
  clockJumps: notAsked,
};

function apiOf(asked = nothingAsked()): ControlApi {
  return {
    version: {
      api: 1,
      signalbox: "1.2.3",
      node: process.version,
      pid: process.pid,
      projectDir: "/srv/building",
      startedAt: status.startedAt,
    },
    status: () => status,
    reload: (isCheck) =>
      Promise.resolve({ revision: 1, at: status.now, isCheck, changes: [], unchanged: 2, findings: [] }),
    commands,
    schedules,
    ticks: (pipeline, limit) => {
      asked.ticks.push([pipeline, limit]);
      return Promise.resolve([tick]);
    },
    deadLetters: deadLettersOf(asked),
  };
}

function server(path: string, options: { api?: ControlApi; platform?: NodeJS.Platform } = {}): ControlServer {
  const redact = (text: string): string => text.replaceAll("hunter2", "[secret]");
  const made = createControlServer({ path, api: options.api ?? apiOf(), log: silentLogger, redact, ...options });
  servers.push(made);
  return made;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof SignalboxError ? error.code : `no SignalboxError: ${String(error)}`;
}

const transports: readonly { name: string; platform: NodeJS.Platform }[] = [
  { name: "unix socket", platform: "linux" },
  { name: "loopback with token", platform: "win32" },
];

describe.each(transports)("control API over a $name", ({ platform }) => {
  const pathOf = (): string => join(folder, "state", "control.sock");
  const client = () => createControlClient({ path: pathOf(), platform });

  test("answers each question with what the engine says, secrets taken out", async () => {
    const asked = nothingAsked();
    await server(pathOf(), { api: apiOf(asked), platform }).open();
    expect(await client().version()).toMatchObject({ api: 1, pid: process.pid, signalbox: "1.2.3" });
    const answered = await client().status();
    expect(answered.store.description).toBe("Redis at redis://[secret]@localhost");
    expect(answered.pipelines.map(({ name }) => name)).toEqual(["night setback"]);
    expect((await client().pipelines())[0]?.counts.received).toBe(1);
    const led = { ...tick, commands: { count: 2, ids: ["k1", "k0"] } };
    expect(await client().schedules.history("night setback", 3)).toEqual([led]);
    expect(asked.ticks).toEqual([["night setback", 3]]);
  });

  test("works with dead letters: asks for a page, and for what is done to them", async () => {
    const asked = nothingAsked();
    await server(pathOf(), { api: apiOf(asked), platform }).open();
    const { deadLetters } = client();
    const query = { pipeline: "p", since: "2026-03-01T09:00:00Z", order: "oldest", limit: 1 } as const;
    const page = await deadLetters.list(query);
    expect(page.letters[0]?.original.body).toBe("[secret] says");
    expect(page.next).toBe("2026-03-01T10:00:00.000Z,4f0c");
    expect((await deadLetters.list({ after: page.next ?? "", limit: 2 })).next).toBeUndefined();
    expect((await deadLetters.get("4f0c")).id).toBe("4f0c");
    await deadLetters.edit("4f0c", { part: "shaped", body: null, by: "ada" });
    const results = await deadLetters.redrive(["4f0c", "5a1d"], { to: "sink", by: "ada" }, 20);
    expect(results.map(({ outcome }) => outcome)).toEqual(["parked", "parked"]);
    expect(await deadLetters.purge(["4f0c"], "ada")).toBe(1);
    expect(asked.deadLetters).toEqual([
      { pipeline: "p", since: Date.parse(query.since), oldestFirst: true, limit: 2 },
      { after: { diedAt: "2026-03-01T10:00:00.000Z", id: "4f0c" }, oldestFirst: false, limit: 3 },
      ["4f0c", { part: "shaped", body: null, by: "ada" }],
      [["4f0c", "5a1d"], { to: "sink", by: "ada" }, 20],
      [["4f0c"], "ada"],
    ]);
  });

  test("hands on what is wrong with a letter, and refuses bad requests about it", async () => {
    await server(pathOf(), { platform }).open();
    const { deadLetters } = client();
    expect(await codeOf(deadLetters.get("gone"))).toBe("DEAD_LETTER_UNKNOWN");
    const gone = await deadLetters.preview("4f0c", "pipeline").catch(String);
    expect(gone).toContain("it is gone (mend it)");
    expect(await codeOf(deadLetters.preview("4f0c", "elsewhere" as "sink"))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.list({ since: "yesterday", limit: 1 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.list({ after: "4f0c", limit: 1 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(deadLetters.purge([], "ada"))).toBe("CONTROL_BODY_INVALID");
    expect(await codeOf(deadLetters.edit("4f0c", { part: "shaped", body: "x".repeat(17e6), by: "ada" }))).toBe(
      "CONTROL_BODY_TOO_LARGE",
    );
  });

  test("has the engine reload, or say what would change", async () => {
    await server(pathOf(), { platform }).open();
    expect(await client().reload(true)).toMatchObject({ isCheck: true, unchanged: 2 });
    expect(await client().reload(false)).toMatchObject({ isCheck: false });
  });

  test("refuses a second engine and names the first, which keeps answering", async () => {
    await server(pathOf(), { platform }).open();
    const second = server(pathOf(), { platform });
    const refused = await second.open().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "ENGINE_ALREADY_RUNNING" });
    expect(String(refused)).toContain(`process ${process.pid}`);
    await second.close();
    expect((await client().version()).signalbox).toBe("1.2.3");
  });

  test("is gone after close, and can be opened again by the next engine", async () => {
    const first = server(pathOf(), { platform });
    await first.open();
    await first.close();
    await first.close();
    expect(await codeOf(client().status())).toBe("ENGINE_NOT_RUNNING");
    await server(pathOf(), { platform }).open();
    expect((await client().status()).state).toBe("running");
  });

  test("tells bad questions apart", async () => {
    await server(pathOf(), { platform }).open();
    expect(await codeOf(client().commands.list({ limit: 0 }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(client().commands.list({ limit: 5, state: "done" as "sent" }))).toBe("CONTROL_QUERY_INVALID");
    expect(await codeOf(client().schedules.history("elsewhere", 5))).toBe("CONTROL_SCHEDULE_UNKNOWN");
  });

  test("hands on the code of a failing store, and hides what it does not understand", async () => {
    const unreachable = new SignalboxError("STORE_UNREACHABLE", "Redis does not answer", { isRetryable: true });
    const failing: ControlApi = {
      ...apiOf(),
      commands: { ...commands, list: () => Promise.reject(unreachable) },
      ticks: () => Promise.reject(new TypeError("x of undefined")),
    };
    await server(pathOf(), { api: failing, platform }).open();
    expect(await codeOf(client().commands.list({ limit: 1 }))).toBe("STORE_UNREACHABLE");
    const hidden = await client()
      .schedules.history("night setback", 1)
      .catch((error: unknown) => error);
    expect(hidden).toMatchObject({ code: "CONTROL_FAILED" });
    expect(String(hidden)).not.toContain("x of undefined");
  });
});

test("only the owner may use the socket", async () => {
  const path = join(folder, "control.sock");
  await server(path).open();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a path too long for a unix socket falls back to loopback on both sides", async () => {
  const path = join(folder, "x".repeat(120), "control.sock");
  const where = await server(path).open();
  expect(where).toMatch(/^http:\/\/127\.0\.0\.1:\d+ \(token in /);
  expect((await stat(`${path}.json`)).mode & 0o777).toBe(0o600);
  expect((await createControlClient({ path }).version()).api).toBe(1);
});

test("a request on loopback without the token is refused", async () => {
  const path = join(folder, "control.sock");
  await server(path, { platform: "win32" }).open();
  const endpoint = JSON.parse(await readFile(`${path}.json`, "utf8")) as { port: number; token: string };
  const base = `http://127.0.0.1:${endpoint.port}/v1/status`;
  const without = await fetch(base);
  expect(without.status).toBe(401);
  expect(await without.json()).toMatchObject({ code: "CONTROL_TOKEN_REFUSED" });
  const wrong = await fetch(base, { headers: { authorization: `Bearer ${"0".repeat(64)}` } });
  expect(wrong.status).toBe(401);
  const authorization = `Bearer ${endpoint.token}`;
  expect((await fetch(base, { headers: { authorization } })).status).toBe(200);
  expect((await fetch(base, { method: "POST", headers: { authorization } })).status).toBe(405);
  const unreadable = { method: "POST", headers: { authorization }, body: "{" };
  const refused = await fetch(new URL("/v1/dead-letters/purge", base), unreadable);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: "CONTROL_BODY_INVALID" });
  const elsewhere = await fetch(new URL("/v2/status", base), { headers: { authorization } });
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({ code: "CONTROL_PATH_UNKNOWN" });
});

test("the socket of a killed engine is replaced", async () => {
  const path = join(folder, "control.sock");
  const script = `require("node:http").createServer().listen(${JSON.stringify(path)}, () => process.stdout.write("up"))`;
  const dead = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(dead.stdout, "data");
  dead.kill("SIGKILL");
  await once(dead, "exit");
  expect((await stat(path)).isSocket()).toBe(true);
  expect(await codeOf(createControlClient({ path }).status())).toBe("ENGINE_NOT_RUNNING");
  await server(path).open();
  expect((await createControlClient({ path }).status()).version).toBe("1.2.3");
});

test("the endpoint file of a dead engine is replaced, also when another program has its port", async () => {
  const path = join(folder, "control.sock");
  const stranger = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as { port: number };
  await writeFile(`${path}.json`, JSON.stringify({ port, token: "old" }));
  await server(path, { platform: "win32" }).open();
  expect((await createControlClient({ path, platform: "win32" }).status()).version).toBe("1.2.3");
  stranger.close();
});

test("a file that is no socket is not deleted", async () => {
  const path = join(folder, "notes.txt");
  await writeFile(path, "keep me");
  expect(await codeOf(server(path).open())).toBe("CONTROL_SOCKET_FAILED");
  expect(await readFile(path, "utf8")).toBe("keep me");
});

test("of two engines that start at once on a dead socket one is refused", async () => {
  const path = join(folder, "control.sock");
  const script = `require("node:http").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", script]), "exit");
  const outcomes = await Promise.allSettled([server(path).open(), server(path).open(), server(path).open()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await createControlClient({ path }).status()).version).toBe("1.2.3");
});

test("someone who holds the socket and says nothing is not taken for a dead engine", async () => {
  const path = join(folder, "control.sock");
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(path, resolve));
  const client = createControlClient({ path, timeoutMs: 50 });
  expect(await codeOf(client.status())).toBe("ENGINE_NOT_ANSWERING");
  expect(await codeOf(server(path).open())).toBe("ENGINE_ALREADY_RUNNING");
  mute.close();
  expect(dirname(path)).toBe(folder);
});
