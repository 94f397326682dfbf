// An engine as the control API sees it, for tests of the server, its routes and its client.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as vitest from "vitest";
import type { Command } from "../commands/contracts.ts";
import type { ControlApi } from "../control/api.ts";
import { type ControlServer, createControlServer } from "../control/server.ts";
import { SignalboxError } from "../errors/error.ts";
import { silentLogger } from "../log.ts";
import type { DeadLetter } from "../runtime/dead-letters.ts";
import type { EngineStatus, PipelineStatus } from "../runtime/status.ts";
import type { TickRecord } from "../schedules/contracts.ts";

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
export const tick: TickRecord = {
  id: "night setback@2026-03-01T09:00:00.000Z",
  pipeline: "night setback",
  plannedAt: 1_772_355_600_000,
  startedAt: 1_772_355_600_001,
  endedAt: 1_772_355_600_002,
  timing: "on-time",
  outcome: "succeeded",
};

export interface Asked {
  readonly ticks: [string, number][];
  readonly deadLetters: unknown[];
  readonly changes: unknown[];
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

export const command: Command = {
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

export const commands: ControlApi["commands"] = {
  senders: () => [],
  accept: () => Promise.resolve(),
  list: () => Promise.resolve([command, { ...command, key: "k0" }]),
  get: () => Promise.resolve(command),
  cancel: () => Promise.resolve(command),
  resend: () => Promise.resolve(command),
};

export const nothingAsked = (): Asked => ({ ticks: [], deadLetters: [], changes: [] });

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

export function apiOf(asked = nothingAsked()): ControlApi {
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
    insight: { why: notAsked, tap: notAsked, latest: notAsked, recorded: notAsked },
    live: { follow: notAsked },
    pipeline: notAsked,
    history: notAsked,
    connections: notAsked,
    devices: { list: notAsked, get: notAsked },
    playground: notAsked,
    changes: {
      note: (change) => {
        asked.changes.push(change);
        return Promise.resolve();
      },
      list: notAsked,
    },
    traces: undefined,
  };
}

/** A control server that takes the text `hunter2` for a secret. */
export function controlServer(
  path: string,
  options: { api?: ControlApi; platform?: NodeJS.Platform } = {},
): ControlServer {
  const redact = (text: string): string => text.replaceAll("hunter2", "[secret]");
  return createControlServer({ path, api: apiOf(), log: silentLogger, redact, ...options });
}

/** The control servers of a test, in a folder of its own; both are gone when it ends. */
export function controlServers({ beforeEach, afterEach }: Pick<typeof vitest, "beforeEach" | "afterEach">): {
  readonly inFolder: (...names: readonly string[]) => string;
  readonly server: typeof controlServer;
} {
  let folder: string;
  const servers: ControlServer[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sb-control-"));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await rm(folder, { recursive: true, force: true });
  });
  return {
    inFolder: (...names) => join(folder, ...names),
    server(...made) {
      const one = controlServer(...made);
      servers.push(one);
      return one;
    },
  };
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof SignalboxError ? error.code : `no SignalboxError: ${String(error)}`;
}
