import type { Engine } from "../runtime/engine.ts";
import type { Clock } from "../clock.ts";
import type { ControlApi } from "./api.ts";
import { Live } from "./live/live.ts";

/** What surrounds an engine: the folder of its project, and who reads its files again. */
export interface EngineSurroundings extends Pick<ControlApi, "reload"> {
  readonly projectDir: string;
  readonly clock: Clock;
}

/** What a control server asks, as `engine` in this process answers it. */
export function controlApiOf(engine: Engine, { projectDir, clock, reload }: EngineSurroundings): ControlApi {
  const { version: signalbox, startedAt } = engine.status();
  return {
    version: { api: 1, signalbox, node: process.version, pid: process.pid, projectDir, startedAt },
    reload,
    status: () => engine.status(),
    commands: engine.services.commands,
    deadLetters: engine.deadLetters,
    insight: engine.insight,
    live: new Live(engine, clock),
    schedules: engine.schedules,
    ticks: (pipeline, limit) => engine.services.schedules.history(pipeline, limit),
  };
}
