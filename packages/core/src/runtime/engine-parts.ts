import { randomUUID } from "node:crypto";
import { type CommandsService, createCommands } from "../commands/commands.ts";
import type { Services } from "../component/services.ts";
import type { Settings } from "../config/model.ts";
import type { Backend } from "../ports/backend.ts";
import { createSchedules, type SchedulesService } from "../schedules/schedules.ts";
import { createChains } from "./chains.ts";
import { type Connections, createConnections } from "./connections.ts";
import { createHttpListener, type HttpListener } from "./http-listener.ts";
import type { Persistence } from "./persist.ts";

/** What an engine has beside its pipelines, and what it offers them of it. */
export interface EngineParts {
  readonly http: HttpListener;
  readonly schedules: SchedulesService;
  readonly commands: CommandsService;
  readonly connections: Connections;
  readonly services: Services;
}

export function createEngineParts(settings: Settings, backend: Backend, { clock, log }: Persistence): EngineParts {
  const { store, queue } = backend;
  const http = createHttpListener({ ...settings.http, log });
  const schedules = createSchedules({ store, queue, clock, log, engine: randomUUID() });
  const commands = createCommands({ store, queue, clock, log });
  const localDatabase = (): Promise<object> => backend.localDatabase();
  const services: Services = { store, http, schedules, commands, chains: createChains(), localDatabase };
  const { projectDir } = settings;
  const connections: Connections = createConnections({
    items: settings.connections,
    clock,
    log,
    contextOf: ({ name }) => ({
      pipeline: name,
      name,
      projectDir,
      clock,
      log: log.child({ connection: name }),
      services,
      connection: (other) => connections.get(other),
    }),
  });
  return { http, schedules, commands, connections, services };
}
