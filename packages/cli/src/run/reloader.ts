import {
  type Change,
  type Engine,
  type Logger,
  messageOf,
  type Project,
  reloadDetails,
  type ReloadResult,
  SignalboxError,
} from "@signalbox/core";
import type { Redaction } from "./redaction.ts";

/** Reads the project's files again and has the engine agree with them. */
export interface Reloader {
  /** One at a time; whoever asks while one is under way shares the next, which reads what is there by then. */
  reload(): Promise<ReloadResult>;
  /** What a reload would change. */
  check(): Promise<ReloadResult>;
  /** A reload that nobody waits for; its failure is logged. `why` is for the log. */
  trigger(why: string): void;
  /** The latest reading that was taken up, at first the engine's own. */
  readonly project: Project;
}

export interface ReloaderOptions {
  readonly engine: Pick<Engine, "reload">;
  readonly project: Project;
  readonly load: () => Promise<Project>;
  readonly redaction: Redaction;
  readonly log: Logger;
  /** Told of each reload that nobody asked for by name, for the audit. */
  readonly onTriggered?: (change: Omit<Change, "id" | "at">) => void;
}

export function createReloader({
  engine,
  project,
  load,
  redaction,
  log,
  onTriggered = () => undefined,
}: ReloaderOptions): Reloader {
  let latest = project;
  let running: Promise<unknown> | undefined;
  let next: Promise<ReloadResult> | undefined;

  async function read(): Promise<Project> {
    const found = await load();
    redaction.learn(found.secrets);
    return found;
  }

  async function run(): Promise<ReloadResult> {
    latest = await read();
    return engine.reload(latest);
  }

  function start(): Promise<ReloadResult> {
    next = undefined;
    const reloading = run();
    const ended = reloading
      .catch(() => undefined)
      .finally(() => {
        if (running === ended) running = undefined;
      });
    running = ended;
    return reloading;
  }

  function reload(): Promise<ReloadResult> {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running.then(start);
    return next;
  }

  return {
    reload,
    check: async () => engine.reload(await read(), { isCheck: true }),
    trigger(why) {
      log.info({ why }, "The project is read again.");
      const change = { by: `(${why})`, via: "engine", action: "reload" } as const;
      reload().then(
        (result) => onTriggered({ ...change, outcome: "done", details: reloadDetails(result) }),
        (error: unknown) => {
          sayFailure(log, error);
          onTriggered({ ...change, outcome: "failed", message: messageOf(error) });
        },
      );
    },
    get project() {
      return latest;
    },
  };
}

function sayFailure(log: Logger, error: unknown): void {
  const fields = { cause: messageOf(error) };
  // The next start reads the files anyway.
  if (error instanceof SignalboxError && error.code === "ENGINE_STOPPING")
    log.info(fields, "The project is not read again.");
  else log.error(fields, "The project was not reloaded.");
}
