import { randomUUID } from "node:crypto";
import { type CommandsService, createCommands } from "../commands/commands.ts";
import type { Services, Strays } from "../component/services.ts";
import type { Settings } from "../config/model.ts";
import type { Backend } from "../ports/backend.ts";
import { createSchedules, type SchedulesService } from "../schedules/schedules.ts";
import { createChains } from "./chains.ts";
import { type ConnectionPool, createConnectionPool } from "./connections.ts";
import { createHttpListener, type HttpListener, type HttpListenerOptions } from "./http-listener.ts";
import type { Persistence } from "./persist.ts";
import { tickLog } from "./trace/tick-log.ts";
import type { Tracer } from "./trace/tracer.ts";

/** What an engine has beside its pipelines, and what it offers them of it. */
export interface EngineParts {
  readonly http: HttpListener;
  readonly schedules: SchedulesService;
  readonly commands: CommandsService;
  readonly connections: ConnectionPool;
  readonly services: Services;
}

/** What the parts ask of the engine around them. */
export interface PartsHost extends Pick<HttpListenerOptions, "awaitsRoutes" | "readiness"> {
  readonly strays: Strays;
  readonly tracer?: Tracer | undefined;
}

export function createEngineParts(
  settings: Settings,
  backend: Backend,
  { clock, log }: Persistence,
  { strays, tracer, ...facts }: PartsHost,
): EngineParts {
  const { store, queue } = backend;
  const http = createHttpListener({ ...settings.http, log, ...facts });
  const ticks = tracer === undefined ? log : tickLog(log, (id) => tracer.idsOfTick(id));
  const schedules = createSchedules({ store, queue, clock, log: ticks, engine: randomUUID() });
  const commands = createCommands({ store, queue, clock, log, retention: settings.commands });
  const localDatabase = (): Promise<object> => backend.localDatabase();
  const services: Services = { store, http, schedules, commands, chains: createChains(), strays, localDatabase };
  const { projectDir } = settings;
  const connections = createConnectionPool({
    clock,
    log,
    contextOf: ({ name }, siblings) => ({
      pipeline: name,
      name,
      projectDir,
      clock,
      log: log.child({ connection: name }),
      services,
      connection: (other) => siblings.get(other),
    }),
  });
  return { http, schedules, commands, connections, services };
}
