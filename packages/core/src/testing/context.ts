import type { SinkContext, SourceContext } from "../component/definition.ts";
import type { Connection } from "../component/contracts.ts";
import type { Services } from "../component/services.ts";
import { systemClock } from "../clock.ts";
import type { Logger, LogFields } from "../log.ts";

/** A line a test's log took. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: LogFields;
  readonly sentence: string;
}

/** A log that keeps its lines for a test to read; children add their fields. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
  /** Resolves with the first line that `matches`, past or to come. */
  whenLine(matches: (line: LogLine) => boolean): Promise<LogLine>;
}

export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const watchers = new Set<(line: LogLine) => void>();
  const write = (level: LogLine["level"], fields: LogFields, sentence: string): void => {
    const line = { level, fields, sentence };
    lines.push(line);
    for (const watch of watchers) watch(line);
  };
  const loggerWith = (own: LogFields): Logger => ({
    debug: (fields, sentence) => write("debug", { ...own, ...fields }, sentence),
    info: (fields, sentence) => write("info", { ...own, ...fields }, sentence),
    warn: (fields, sentence) => write("warn", { ...own, ...fields }, sentence),
    error: (fields, sentence) => write("error", { ...own, ...fields }, sentence),
    child: (fields) => loggerWith({ ...own, ...fields }),
  });
  const whenLine = (matches: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise((resolve) => {
      const past = lines.find(matches);
      if (past !== undefined) return resolve(past);
      const watch = (line: LogLine): void => {
        if (!matches(line)) return;
        watchers.delete(watch);
        resolve(line);
      };
      watchers.add(watch);
    });
  return { ...loggerWith({}), lines, whenLine };
}

export interface TestContextOptions extends Partial<Omit<SourceContext & SinkContext, "services" | "connection">> {
  /** The services the component under test may use; any other one throws when it is touched. */
  readonly services?: Partial<Services>;
  readonly connections?: Readonly<Record<string, Connection>>;
}

/** What `create` needs, for a component on its own: pipeline `test`, the machine's clock, a recording log. */
export function createTestContext(
  options: TestContextOptions = {},
): SourceContext & SinkContext & { readonly log: Logger } {
  const { services = {}, connections = {}, ...given } = options;
  return {
    pipeline: "test",
    name: "test",
    projectDir: process.cwd(),
    clock: systemClock,
    log: createRecordingLogger(),
    maxInFlight: 100,
    backfill: undefined,
    sendsCommands: false,
    at: { file: "pipelines/test.yaml", line: 1, column: 1 },
    isBatched: false,
    retry: { attempts: 8, backoffMs: 1_000, maxBackoffMs: 60_000 },
    services: only({ strays: { stray: () => undefined }, ...services }),
    connection(name) {
      const connection = connections[name];
      if (connection === undefined) throw new Error(`the test gave no connection "${name}"`);
      return connection;
    },
    ...given,
  };
}

function only(services: Partial<Services>): Services {
  // what is not given fails loudly instead of being undefined
  return new Proxy(services, {
    get(given, name) {
      if (name in given) return given[name as keyof Services];
      throw new Error(`the test gave no service "${String(name)}"`);
    },
  }) as Services;
}
