import type { OrderByHand } from "../commands/by-hand.ts";
import type { Command, CommandQuery } from "../commands/contracts.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { errorCodes } from "../errors/codes.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { DeadLetter, NewEdit, Preview, RedriveRequest, RedriveResult } from "../runtime/dead-letters.ts";
import type { ReloadResult } from "../runtime/reload/result.ts";
import type { EngineStatus, PipelineStatus } from "../runtime/status.ts";
import type { TraceStatus } from "../runtime/trace/control.ts";
import type { ClockJumps, ScheduleControl, TickRecord } from "../schedules/contracts.ts";
import { controlAddress } from "./address.ts";
import type { CommandList, ControlProblem, DeadLetterList, EngineVersion } from "./api.ts";
import { type InsightClient, insightClient } from "./insight-client.ts";
import { type ControlCall, controlCall, controlStream } from "./transport.ts";

/**
 * Asks a running engine. Every call fails with ENGINE_NOT_RUNNING when nobody listens, ENGINE_NOT_ANSWERING when
 * someone does and stays silent, and with the engine's own code when it refuses.
 */
export interface ControlClient {
  version(): Promise<EngineVersion>;
  status(): Promise<EngineStatus>;
  pipelines(): Promise<readonly PipelineStatus[]>;
  readonly commands: CommandClient;
  readonly schedules: ScheduleClient;
  readonly deadLetters: DeadLetterClient;
  readonly insight: InsightClient;
  /** CONTROL_TRACES_OFF where the engine is not traced. */
  readonly traces: TraceClient;
  /** Resolves when every change is done or refused; `isCheck` only asks what would change. */
  reload(isCheck: boolean, by?: string): Promise<ReloadResult>;
}

/** Parameters of a list of commands; times as ISO 8601, newest first unless `order` says otherwise. */
export interface CommandListQuery extends Pick<CommandQuery, "pipeline" | "device" | "state" | "message" | "limit"> {
  readonly since?: string;
  readonly until?: string;
  readonly order?: "newest" | "oldest";
  /** `next` of an earlier answer to the same query. */
  readonly after?: string;
}

export interface CommandClient {
  list(query: CommandListQuery): Promise<CommandList>;
  get(key: string): Promise<Command>;
  cancel(key: string, by: string): Promise<Command>;
  resend(key: string, by: string): Promise<Command>;
  /** Resolves once the command is recorded. CONTROL_SENDER_UNKNOWN for a connection that takes none. */
  send(order: OrderByHand): Promise<Command>;
}

/** CONTROL_SCHEDULE_UNKNOWN for a pipeline whose schedule does not run there; what was retired can be looked at. */
export interface ScheduleClient extends Omit<ScheduleControl, "keepOnly" | "clockJumps"> {
  clockJumps(): Promise<ClockJumps>;
  /** Its ticks, newest first, with the commands they led to. */
  history(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
}

/** Parameters of a list of dead letters; times as ISO 8601, newest first unless `order` says otherwise. */
export interface DeadLetterQuery {
  readonly pipeline?: string;
  readonly sink?: string;
  readonly code?: string;
  readonly device?: string;
  readonly since?: string;
  readonly until?: string;
  readonly order?: "newest" | "oldest";
  /** `next` of an earlier answer to the same query. */
  readonly after?: string;
  readonly limit: number;
}

export interface DeadLetterClient {
  list(query: DeadLetterQuery): Promise<DeadLetterList>;
  get(id: string): Promise<DeadLetter>;
  edit(id: string, edit: NewEdit): Promise<DeadLetter>;
  preview(id: string, to: RedriveRequest["to"]): Promise<Preview>;
  /** At most 100 at a time; a letter that cannot be sent is told among the results. Answers once all have ended, or in 30 s. */
  redrive(ids: readonly string[], request: RedriveRequest, perSecond: number): Promise<readonly RedriveResult[]>;
  /** At most 100 at a time. Answers how many went. */
  purge(ids: readonly string[], by: string): Promise<number>;
}

export interface TraceClient {
  status(): Promise<TraceStatus>;
  takeAll(forMs: number, by: string): Promise<TraceStatus>;
}

export interface ControlClientOptions {
  /** Path of the control socket, as in the settings. */
  readonly path: string;
  /** How long to wait for an answer, in milliseconds; default 5000. */
  readonly timeoutMs?: number;
  /** For tests of the other transport; default this machine's. */
  readonly platform?: NodeJS.Platform;
}

export function createControlClient(options: ControlClientOptions): ControlClient {
  const get = async <T>(path: string): Promise<T> => (await ask(options, { path })) as T;
  return {
    version: () => get("/v1/version"),
    status: () => get("/v1/status"),
    pipelines: () => get("/v1/pipelines"),
    commands: commandClient(options),
    schedules: scheduleClient(options),
    deadLetters: deadLetterClient(options),
    insight: insightClient(
      (path) => get(path),
      (path, signal) => follow(options, path, signal),
    ),
    traces: {
      status: () => get("/v1/trace"),
      takeAll: async (forMs, by) => (await ask(options, { path: "/v1/trace", body: { forMs, by } })) as TraceStatus,
    },
    reload: async (isCheck, by) =>
      (await ask(options, { path: "/v1/reload", body: { check: isCheck, by } })) as ReloadResult,
  };
}

function commandClient(options: ControlClientOptions): CommandClient {
  const base = "/v1/commands";
  const at = (key: string): string => `${base}/${encodeURIComponent(key)}`;
  const call = async <T>(path: string, body?: object): Promise<T> =>
    (await ask(options, { path, ...(body !== undefined && { body }) })) as T;
  return {
    list: (query) => call(`${base}?${queryOf(query)}`),
    get: (key) => call(at(key)),
    cancel: (key, by) => call(`${at(key)}/cancel`, { by }),
    resend: (key, by) => call(`${at(key)}/resend`, { by }),
    send: (order) => call(base, order),
  };
}

function deadLetterClient(options: ControlClientOptions): DeadLetterClient {
  const base = "/v1/dead-letters";
  const at = (id: string): string => `${base}/${encodeURIComponent(id)}`;
  const get = async <T>(path: string): Promise<T> => (await ask(options, { path })) as T;
  const post = async <T>(path: string, body: object): Promise<T> => (await ask(options, { path, body })) as T;
  return {
    list: (query) => get(`${base}?${queryOf(query)}`),
    get: (id) => get(at(id)),
    edit: (id, edit) => post(`${at(id)}/edit`, edit),
    preview: (id, to) => get(`${at(id)}/preview?to=${to}`),
    redrive: async (ids, request, perSecond) =>
      (await post<{ results: RedriveResult[] }>(`${base}/redrive`, { ids, ...request, perSecond })).results,
    purge: async (ids, by) => (await post<{ purged: number }>(`${base}/purge`, { ids, by })).purged,
  };
}

function scheduleClient(options: ControlClientOptions): ScheduleClient {
  const base = "/v1/schedules";
  const at = (pipeline: string): string => `${base}/${encodeURIComponent(pipeline)}`;
  const get = async <T>(path: string): Promise<T> => (await ask(options, { path })) as T;
  const post = async <T>(path: string, body: object): Promise<T> => (await ask(options, { path, body })) as T;
  return {
    list: () => get(base),
    get: (pipeline) => get(at(pipeline)),
    history: (pipeline, limit) => get(`${at(pipeline)}/ticks?limit=${limit}`),
    runNow: (pipeline, by) => post(`${at(pipeline)}/run-now`, { by }),
    pause: (pipeline, by, why) => post(`${at(pipeline)}/pause`, { by, why }),
    resume: (pipeline, by) => post(`${at(pipeline)}/resume`, { by }),
    clockJumps: () => get("/v1/clock"),
  };
}

function queryOf(filter: CommandListQuery | DeadLetterQuery): string {
  const pairs = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(pairs).toString();
}

/** The lines of an answer that goes on, until it ends or the signal aborts. */
async function* follow({ path, platform }: ControlClientOptions, target: string, signal: AbortSignal): AsyncGenerator {
  const reply = await controlStream(controlAddress(path, platform), target, signal).catch((error: unknown) => {
    throw notAnswering(path, error);
  });
  if (reply === undefined) throw new SignalboxError("ENGINE_NOT_RUNNING", `no engine answers at ${path}`);
  if (reply.status !== 200) {
    let text = "";
    for await (const line of reply.lines) text += line;
    throw refusal(parse(text), reply.status, path);
  }
  for await (const line of reply.lines) yield JSON.parse(line) as unknown;
}

function notAnswering(path: string, cause: unknown): SignalboxError {
  const text = `the engine at ${path} does not answer: ${messageOf(cause)}`;
  return new SignalboxError("ENGINE_NOT_ANSWERING", text, { cause, isRetryable: true });
}

async function ask({ path, timeoutMs = 5_000, platform }: ControlClientOptions, call: ControlCall): Promise<unknown> {
  const reply = await controlCall(controlAddress(path, platform), call, timeoutMs).catch((error: unknown) => {
    throw notAnswering(path, error);
  });
  if (reply === undefined) throw new SignalboxError("ENGINE_NOT_RUNNING", `no engine answers at ${path}`);
  const body = parse(reply.body);
  if (reply.status === 200 && body !== undefined) return body;
  throw refusal(body, reply.status, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(body: unknown, status: number, path: string): SignalboxError {
  const { code, message } = (body ?? {}) as Partial<ControlProblem>;
  // An engine of another version may send codes this one does not know.
  if (code === undefined || !isErrorCode(code)) {
    return new SignalboxError(
      "CONTROL_FAILED",
      `whoever listens at ${path} answered ${status}: ${message ?? "no reason"}`,
    );
  }
  return new SignalboxError(code, message ?? `the engine answered ${status}`);
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}
