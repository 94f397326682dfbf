import type { Command } from "../commands/contracts.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { errorCodes } from "../errors/codes.ts";
import { messageOf, SignalboxError } from "../errors/error.ts";
import type { EngineStatus, PipelineStatus } from "../runtime/status.ts";
import type { TickRecord } from "../schedules/contracts.ts";
import { controlAddress } from "./address.ts";
import type { CommandFilter, ControlProblem, EngineVersion } from "./api.ts";
import { controlGet } from "./transport.ts";

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
  const get = async <T>(path: string): Promise<T> => (await ask(options, path)) as T;
  return {
    version: () => get("/v1/version"),
    status: () => get("/v1/status"),
    pipelines: () => get("/v1/pipelines"),
    commands: (filter) => get(`/v1/commands?${queryOf(filter)}`),
    ticks: (pipeline, limit) => get(`/v1/schedules/${encodeURIComponent(pipeline)}/ticks?limit=${limit}`),
  };
}

function queryOf(filter: CommandFilter): string {
  const pairs = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(pairs).toString();
}

async function ask({ path, timeoutMs = 5_000, platform }: ControlClientOptions, target: string): Promise<unknown> {
  const reply = await controlGet(controlAddress(path, platform), target, timeoutMs).catch((error: unknown) => {
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
