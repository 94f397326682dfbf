import type { Clock } from "../../clock.ts";
import type { Finding, Project, Settings } from "../../config/model.ts";
import { SignalboxError } from "../../errors/error.ts";
import { formatLocation } from "../../location.ts";
import type { Logger } from "../../log.ts";
import type { ConnectionPool } from "../connections.ts";
import type { PipelineHost } from "../pipeline-parts.ts";
import { changedSettings } from "./fixed-settings.ts";
import { carryOutReload, checkReload, type ReloadOptions } from "./reload.ts";
import type { PipelineChange, ReloadResult } from "./result.ts";

export interface ReloadsOptions extends Pick<ReloadOptions, "pipelines" | "holdRoutes"> {
  /** What the engine was started with. */
  readonly settings: Settings;
  /** What pipelines get, their connections apart. */
  readonly host: Omit<PipelineHost, "connections">;
  readonly connections: ConnectionPool;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The reloads of an engine, one after the other (delivery.md, rule 11). */
export class Reloads {
  readonly #options: ReloadsOptions;
  readonly #stopping = new AbortController();
  #last: Promise<unknown>;
  #revision = 0;
  #latest: ReloadResult | undefined;

  /** `started`: resolves when the engine has started; reloads wait for it. */
  constructor(options: ReloadsOptions, started: Promise<unknown>) {
    this.#options = options;
    this.#last = started;
  }

  /** The latest that was carried out. */
  get latest(): ReloadResult | undefined {
    return this.#latest;
  }

  /** Rejects with ENGINE_STOPPING once the engine stops. */
  reload(project: Project, isCheck: boolean): Promise<ReloadResult> {
    const reloading = this.#last.then(() => this.#reload(project, isCheck));
    this.#last = reloading.catch(() => undefined);
    return reloading;
  }

  /** Cuts short what is under way, and refuses what comes. */
  stop(): void {
    this.#stopping.abort();
  }

  async #reload(project: Project, isCheck: boolean): Promise<ReloadResult> {
    if (this.#stopping.signal.aborted) throw stopping();
    const { settings, host, connections, pipelines, holdRoutes, clock } = this.#options;
    const options: ReloadOptions = {
      pipelines,
      project,
      host: { ...host, connections: connections.of(project.settings.connections) },
      patienceMs: settings.shutdownTimeoutMs * 0.75,
      stopping: this.#stopping.signal,
      holdRoutes,
    };
    const { changes, unchanged, findings } = await (isCheck ? checkReload(options) : carryOutReload(options));
    // A stop closes them all, after what still uses them.
    if (!this.#stopping.signal.aborted) await connections.closeUnused(pipelines.connections());
    const result: ReloadResult = {
      revision: isCheck ? this.#revision : (this.#revision += 1),
      at: new Date(clock.now()).toISOString(),
      isCheck,
      changes,
      unchanged,
      findings: [...project.findings, ...changedSettings(settings, project), ...findings],
    };
    if (!isCheck) this.#note(result);
    return result;
  }

  #note(result: ReloadResult): void {
    const { log } = this.#options;
    this.#latest = result;
    const { revision, changes, unchanged, findings } = result;
    for (const finding of findings) sayFinding(log, finding);
    for (const change of changes) say(log, change);
    const count = (what: PipelineChange["what"]): number => changes.filter((each) => each.what === what).length;
    const counts = {
      revision,
      added: count("added"),
      changed: count("changed"),
      removed: count("removed"),
      refused: count("refused"),
      unchanged,
      errors: findings.filter(isError).length,
    };
    if (counts.refused + counts.errors === 0) log.info(counts, "The project was reloaded.");
    else log.error(counts, "The project was reloaded, but not all of it: what was refused runs on as it was.");
  }
}

function sayFinding(log: Logger, { severity, code, message, suggestion, at }: Finding): void {
  const fields = { at: formatLocation(at), code, ...(suggestion === undefined ? {} : { suggestion }) };
  if (severity === "error") log.error(fields, message);
  else log.warn(fields, message);
}

const sentences = {
  added: "A pipeline was added.",
  changed: "A pipeline runs in a new revision.",
  removed: "A pipeline was removed.",
} as const;

function say(log: Logger, { what, ...fields }: PipelineChange): void {
  if (what === "refused") log.error(fields, "The new revision of a pipeline was refused.");
  else log.info(fields, sentences[what]);
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

function stopping(): SignalboxError {
  return new SignalboxError("ENGINE_STOPPING", "the engine stops: nothing is reloaded any more");
}
