import type { CheckResult, Clock } from "@signalbox/core";
import { Client, type QueryResultRow } from "pg";
import { type BackendSettings, defaultSchema, describeSettings } from "../settings.ts";
import { migrations } from "../sql/migrations.ts";
import { storeVersion } from "../sql/migrator.ts";
import { serverWeaknesses } from "../sql/sql-durability.ts";
import { toStoreError } from "../sql/sql-error.ts";
import { mostConnections, type SqlLink } from "../sql/sql-link.ts";
import { clockOf, durabilityChecks, latencyCheck, latencyOf, layoutCheck } from "./asked.ts";

/** The oldest that its makers still mend. */
const oldestKept = 14;

interface Facts extends QueryResultRow {
  readonly version: string;
  readonly number: number;
  readonly most: number;
  readonly reserved: number;
  readonly others: number;
  readonly is_standby: boolean;
}

const factsSql = `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
  current_setting('max_connections')::int AS most, current_setting('superuser_reserved_connections')::int AS reserved,
  (SELECT count(*)::int FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()
    AND application_name <> 'signalbox') AS others,
  pg_is_in_recovery() AS is_standby`;

/** What a PostgreSQL tells of itself. Throws as the store does. */
export async function checkPostgres(
  settings: Extract<BackendSettings, { kind: "postgres" }>,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const client = new Client({
    connectionString: settings.url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    application_name: "signalbox doctor",
  });
  // Whoever waits hears of it.
  client.on("error", () => undefined);
  const end = (): void => void client.end().catch(() => undefined);
  signal.addEventListener("abort", end, { once: true });
  try {
    await client.connect();
    return await ask(client, settings, clock);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

async function ask(
  client: Client,
  settings: Extract<BackendSettings, { kind: "postgres" }>,
  clock: Clock,
): Promise<readonly CheckResult[]> {
  const query: SqlLink["query"] = (text, values) => client.query(text, [...values]);
  const latencyMs = await latencyOf(clock, () => query("SELECT 1", []));
  const facts = (await query<Facts>(factsSql, [])).rows[0];
  const layout = await storeVersion(client, settings.schema ?? defaultSchema);
  return [
    latencyCheck(describeSettings(settings), latencyMs),
    ...(facts === undefined ? [] : factChecks(facts)),
    layoutCheck(layout === 0 ? undefined : layout, migrations.at(-1)?.version ?? 0),
    ...durabilityChecks("fsync and synchronous_commit on", await serverWeaknesses(query)),
    await clockOf(clock, "clock of PostgreSQL", async () => {
      const sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now";
      return (await query<{ now: number }>(sql, [])).rows[0]?.now ?? Number.NaN;
    }),
  ];
}

function factChecks({ version, number, most, reserved, others, is_standby: isStandby }: Facts): readonly CheckResult[] {
  const major = Math.floor(number / 10_000);
  const free = most - reserved - others;
  const connections = `${others} of ${most} connections taken by others`;
  return [
    major >= oldestKept
      ? { subject: "version of PostgreSQL", status: "ok", found: version }
      : {
          subject: "version of PostgreSQL",
          status: "warning",
          found: version,
          advice: `Install PostgreSQL ${oldestKept} or newer: this one gets no more fixes.`,
        },
    free >= mostConnections
      ? { subject: "max_connections", status: "ok", found: connections }
      : {
          subject: "max_connections",
          status: "warning",
          found: `${connections}, and an engine opens up to ${mostConnections}`,
          advice: "Raise `max_connections`, or have others open fewer.",
        },
    ...(isStandby ? [standby] : []),
  ];
}

const standby: CheckResult = {
  subject: "role of PostgreSQL",
  status: "error",
  found: "a standby, which takes no writes",
  advice: "Name the primary in DATABASE_URL.",
};
