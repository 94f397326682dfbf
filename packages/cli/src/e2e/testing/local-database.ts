import { join } from "node:path";
import { postgresConnection } from "@signalbox/connector-postgres";
import { isQueryConnection, silentLogger, systemClock } from "@signalbox/core";
import { createTestContext } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What a project's own database answers, asked without an engine; the embedded one must have been let go by its engine. */
export async function askLocalDatabase(
  projectDir: string,
  databaseUrl: string | undefined,
  sql: string,
): Promise<Rows> {
  const store =
    databaseUrl === undefined
      ? ({ kind: "embedded", path: join(projectDir, ".signalbox") } as const)
      : ({ kind: "postgres", url: databaseUrl } as const);
  const backend = createBackend(store, { clock: systemClock, log: silentLogger, projectDir });
  const services = { localDatabase: (): Promise<object> => backend.localDatabase() };
  const connection = postgresConnection.create(postgresConnection.schema.parse({}), createTestContext({ services }));
  if (!isQueryConnection(connection)) throw new Error("no SQL connection");
  const { signal } = new AbortController();
  try {
    await connection.open?.(signal);
    return await connection.query(sql, [], signal);
  } finally {
    await connection.close?.();
    await backend.close();
  }
}
