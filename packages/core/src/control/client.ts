import type { Command } from "../commands/contracts.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { errorCodes } from "../errors/codes.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { DeadLetter, NewEdit, Preview, RedriveRequest, RedriveResult } from "../runtime/dead-letters.ts";
import type { ReloadResult } from "../runtime/reload/result.ts";
import type { EngineStatus, PipelineStatus } from "../runtime/status.ts";
import type { TickRecord } from "../schedules/contracts.ts";
import { controlAddress } from "./address.ts";
import type { CommandFilter, ControlProblem, DeadLetterList, EngineVersion } from "./api.ts";
import { type ControlCall, controlCall } from "./transport.ts";

/**
 * Asks a running engine. Every call fails with ENGINE_NOT_RUNNING when nobody listens, ENGINE_NOT_ANSWERING when
 * someone does and stays silent, and with the engine's own code when it refuses.
 */
export interface ControlClient {
  version(): Promise<EngineVersion>;
  status(): Promise<EngineStatus>;
  pipelines(): Promise<readonly PipelineStatus[]>;
  /** Newest first. */
  commands(filter: CommandFilter): Promise<readonly Command[]>;
  /** Newest first. */
  ticks(pipeline: string, limit: number): Promise<readonly TickRecord[]>;
  readonly deadLetters: DeadLetterClient;
  /** Resolves when every change is done or refused; `isCheck` only asks what would change. */
  reload(isCheck: boolean): Promise<ReloadResult>;
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
    commands: (filter) => get(`/v1/commands?${queryOf(filter)}`),
    ticks: (pipeline, limit) => get(`/v1/schedules/${encodeURIComponent(pipeline)}/ticks?limit=${limit}`),
    deadLetters: deadLetterClient(options),
    reload: async (isCheck) => (await ask(options, { path: "/v1/reload", body: { check: isCheck } })) as ReloadResult,
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

function queryOf(filter: CommandFilter | DeadLetterQuery): string {
  const pairs = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(pairs).toString();
}

async function ask({ path, timeoutMs = 5_000, platform }: ControlClientOptions, call: ControlCall): Promise<unknown> {
  const reply = await controlCall(controlAddress(path, platform), call, timeoutMs).catch((error: unknown) => {
    throw new SignalboxError("ENGINE_NOT_ANSWERING", `the engine at ${path} does not answer: ${messageOf(error)}`, {
      cause: error,
      isRetryable: true,
    });
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
