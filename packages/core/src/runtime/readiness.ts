// Whether an engine does what it is for, and if not, why. Not here: whether its process lives (http-listener.ts: /livez).
import { type Clock, sleep } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Store } from "../ports/store.ts";
import type { EngineStatus, PipelineStatus, Problem, SinkStatus } from "./status.ts";

/** Every reason there is, the graver ones first. */
export const unreadyCodes = [
  "engine-starting",
  "engine-stopping",
  "store-unreachable",
  "pipeline-not-running",
  "connection-down",
  "connection-stale",
  "sink-access-refused",
  "sink-left-alone",
  "dead-letter-alarm",
] as const;
export type UnreadyCode = (typeof unreadyCodes)[number];

/** One reason why an engine is not ready, and what it is about. */
export interface UnreadyReason {
  readonly code: UnreadyCode;
  readonly pipeline?: string;
  readonly sink?: string;
  readonly connection?: string;
  /** Why, in a sentence for a person. */
  readonly message: string;
}

export interface Readiness {
  readonly isReady: boolean;
  /** Empty when it is. */
  readonly reasons: readonly UnreadyReason[];
}

export interface ReadinessOptions {
  readonly status: () => EngineStatus;
  readonly store: Store;
  readonly clock: Clock;
}

/** How long the store may take; longer, and whoever asks gives up before. */
const storeMs = 2_000;

/** Asks the store at each call; those who ask while it is asked share its answer. Never rejects. */
export function createReadiness({ status, store, clock }: ReadinessOptions): () => Promise<Readiness> {
  const storeProblem = shared(() => problemOfStore(store, clock));
  return async () => {
    const { state } = status();
    // What is not there yet, or not any more, is no news then.
    if (state !== "running") {
      const code = state === "starting" ? "engine-starting" : "engine-stopping";
      return verdict([{ code, message: `the engine is ${state}` }]);
    }
    const problem = await storeProblem();
    const unreachable: readonly UnreadyReason[] =
      problem === undefined ? [] : [{ code: "store-unreachable", message: problem }];
    return verdict([...unreachable, ...reasonsIn(status())]);
  };
}

function verdict(reasons: readonly UnreadyReason[]): Readiness {
  return { isReady: reasons.length === 0, reasons };
}

function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => (asking ??= ask().finally(() => (asking = undefined)));
}

async function problemOfStore(store: Store, clock: Clock): Promise<string | undefined> {
  const isOver = new AbortController();
  const late = sleep(clock, storeMs, isOver.signal).then(() => `the store did not answer within ${storeMs / 1000} s`);
  try {
    // A look into a lane that nobody fills: as cheap as a question can be, and it goes all the way.
    return await Promise.race([store.lanes.nextDue("readiness").then(() => undefined), late]);
  } catch (error) {
    return messageOf(error);
  } finally {
    isOver.abort();
  }
}

function reasonsIn({ connections, pipelines, deadLetters }: EngineStatus): readonly UnreadyReason[] {
  return [
    ...pipelines.flatMap(notRunning),
    ...connections.flatMap(({ name, state, problem, trouble }): readonly UnreadyReason[] => {
      const about = { connection: name };
      // Closed is one that nobody has asked for.
      if (state !== "open") {
        return state === "closed" ? [] : [{ code: "connection-down", ...about, message: textOf(problem, state) }];
      }
      return trouble === undefined ? [] : [{ code: `connection-${trouble.kind}`, ...about, message: trouble.detail }];
    }),
    ...pipelines.flatMap(({ name, sinks }) => sinks.flatMap((sink) => troubleOf(name, sink))),
    ...(deadLetters.alarm === undefined
      ? []
      : [{ code: "dead-letter-alarm", message: deadLetters.alarm.reason } as const]),
  ];
}

function notRunning({ name, state, problem }: PipelineStatus): readonly UnreadyReason[] {
  if (state === "running") return [];
  return [{ code: "pipeline-not-running", pipeline: name, message: textOf(problem, `it is ${state}`) }];
}

function troubleOf(pipeline: string, { name, breaker }: SinkStatus): readonly UnreadyReason[] {
  if (breaker.state === "closed") return [];
  const code = breaker.isAccessRefused ? "sink-access-refused" : "sink-left-alone";
  return [{ code, pipeline, sink: name, message: textOf(breaker.reason, "it fails") }];
}

function textOf(problem: Problem | undefined, otherwise: string): string {
  return problem === undefined ? otherwise : `${problem.code}: ${problem.message}`;
}
