// The control API of an engine in this process, and what of it lives as long as the engine does.
import type { Clock } from "../clock.ts";
import type { Finding } from "../config/model.ts";
import type { Logger } from "../log.ts";
import type { Retention } from "../retention.ts";
import type { Engine } from "../runtime/engine.ts";
import type { ConnectionView, ControlApi } from "./api.ts";
import { Changes } from "./changes/changes.ts";
import { deviceOf, listDevices } from "./device-list.ts";
import { History } from "./history/history.ts";
import { Live } from "./live/live.ts";
import { pipelineDetail } from "./pipeline-detail.ts";
import { createPlayground } from "./playground.ts";

/** What surrounds an engine: the folder of its project, and who reads its files again. */
export interface EngineSurroundings extends Pick<ControlApi, "reload"> {
  readonly projectDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is kept of the audit. */
  readonly changes: Retention;
  /** What the latest reading of the files had to say. */
  readonly findings: () => readonly Finding[];
}

/** A control API, and when it begins and ends to keep what it tells. */
export interface EngineControl {
  readonly api: ControlApi;
  /** Once the store is open. */
  open(): void;
  /** Before the store closes. */
  close(): Promise<void>;
}

/** What a control server asks, as `engine` in this process answers it. */
export function createControl(engine: Engine, surroundings: EngineSurroundings): EngineControl {
  const { projectDir, clock, log, reload, findings, changes: keep } = surroundings;
  const { version: signalbox, startedAt } = engine.status();
  const history = new History(engine, clock);
  const changes = new Changes({ store: engine.services.store, clock, log, keep });
  const api: ControlApi = {
    version: { api: 1, signalbox, node: process.version, pid: process.pid, projectDir, startedAt },
    reload,
    status: () => engine.status(),
    pipeline: (name) => pipelineDetail({ engine, projectDir, findings }, name),
    history: (pipeline) => history.of(pipeline),
    connections: () => connectionsOf(engine),
    devices: { list: (query) => listDevices(engine, query), get: (id) => deviceOf(engine, id) },
    commands: engine.services.commands,
    deadLetters: engine.deadLetters,
    insight: engine.insight,
    playground: createPlayground({ insight: engine.insight, clock }),
    live: new Live(engine, clock),
    changes,
    traces: engine.traces,
    schedules: engine.schedules,
    ticks: (pipeline, limit) => engine.services.schedules.history(pipeline, limit),
  };
  return {
    api,
    open() {
      history.open();
      changes.open();
    },
    async close() {
      history.close();
      await changes.close();
    },
  };
}

/** Status and connections of a pool come in one order. */
function connectionsOf(engine: Engine): readonly ConnectionView[] {
  const held = engine.connections();
  return engine.status().connections.map((status, at) => {
    const details = held[at]?.connection.details?.();
    return details === undefined ? status : { ...status, details };
  });
}
