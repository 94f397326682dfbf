import {
  type Connection,
  connectionName,
  defineSink,
  delivered,
  expression,
  failed,
  type Message,
  type Sink,
  SignalboxError,
  type SinkContext,
  toSignalboxError,
  type WriteResult,
} from "@signalbox/core";
import { z } from "zod";
import { toParam } from "./param.ts";
import { countParams } from "./placeholders.ts";
import type { PostgresConnection, Statement } from "./pool.ts";

const schema = z
  .strictObject({
    connection: connectionName("postgres").describe("Name of a `postgres` connection in signalbox.yaml."),
    statement: z.string().min(1).describe("The SQL statement to run per message, with $1, $2 ... for its values."),
    params: z.array(expression()).default([]).describe("The values of $1, $2 ..., each in JSONata."),
    setup: z
      .array(z.string().min(1))
      .default([])
      .describe("Statements to run before the first message, in one transaction: `create table if not exists ...`."),
  })
  .superRefine((config, check) => {
    const asked = countParams(config.statement);
    if (asked === config.params.length) return;
    const message = `the statement has ${asked === 0 ? "no parameters" : `parameters up to $${asked}`}, and \`params\` has ${config.params.length}`;
    check.addIssue({ code: "custom", message, path: ["params"] });
  });

type SqlConfig = z.output<typeof schema>;

export const sqlSink = defineSink({
  name: "sql",
  summary: "Runs a parameterised SQL statement per message, on PostgreSQL.",
  description: `
Values reach the database as parameters, never as text of the statement. Text, numbers and booleans are given as they are, no
result and null as \`null\`, objects and arrays as JSON (for a \`json\` or \`jsonb\` column; elsewhere convert \`$1::jsonb\`).

The messages of a batch are written in one transaction and one round trip. When the database refuses one of them, they are
written one by one, so that only the bad one is rejected. Errors of connection, authorization, conflict, resources and shutdown
(SQLSTATE classes 08, 28, 3D, 40, 53, 55, 57, 58, XX) are tried again; others, as a value that does not fit or a missing
table, reject the message.

Each message is written at least once: a connection that breaks during the commit leaves open whether it took effect. Let the
statement bear that, for instance with a unique key and \`on conflict do nothing\`. Named prepared statements are not used, so
poolers in transaction mode will do.
`,
  schema,
  examples: [
    {
      title: "A row per sample, in a table of the project's own",
      yaml: `sql:
  connection: warehouse
  setup:
    - create table if not exists air (device text, at timestamptz, co2 real, primary key (device, at))
  statement: insert into air values ($1, $2, $3) on conflict do nothing
  params: [deviceId, timestamp, data.co2]`,
    },
    {
      title: "The latest state of each device, in batches",
      yaml: `sql:
  connection: warehouse
  statement: |
    insert into state (device, body) values ($1, $2)
    on conflict (device) do update set body = excluded.body
  params: [$meta.device, $]
batch: { count: 200, linger: 500ms }`,
    },
  ],
  defaults: { batchCount: 100, concurrency: 4, timeoutMs: 30_000 },
  create: (config, context) => createSql(config, context),
});

function createSql(config: SqlConfig, context: SinkContext): Sink {
  const connection = asPostgres(context.connection(config.connection), config.connection);
  return { open, write };

  async function open(signal: AbortSignal): Promise<void> {
    if (config.setup.length === 0) return;
    // Engines that start together would make the same table together, which PostgreSQL refuses to one of them.
    const lock = "select pg_advisory_xact_lock(hashtext('signalbox sql setup'))";
    const statements = [lock, ...config.setup].map((text) => ({ text, params: [] }));
    await connection.runAll(statements, signal);
  }

  async function write(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    const rows: { readonly index: number; readonly statement: Statement }[] = [];
    for (const [index, message] of batch.entries()) {
      try {
        rows.push({ index, statement: await statementFor(message) });
      } catch (error) {
        results[index] = failed(toSignalboxError(error, "SINK_WRITE_FAILED"));
      }
    }
    const written = await writeAll(
      rows.map(({ statement }) => statement),
      signal,
    );
    for (const [place, { index }] of rows.entries()) results[index] = written[place] ?? delivered;
    return results;
  }

  async function statementFor(message: Message): Promise<Statement> {
    const params: unknown[] = [];
    for (const param of config.params) params.push(toParam(await param.evaluate(message)));
    return { text: config.statement, params };
  }

  async function writeAll(statements: readonly Statement[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const failure = await run(statements, signal);
    if (failure === undefined) return statements.map(() => delivered);
    if (failure.isRetryable || statements.length === 1) return statements.map(() => failed(failure));
    return writeOneByOne(statements, signal);
  }

  /** Finds those that the database refuses. What comes after a failure that may pass is left to a later try. */
  async function writeOneByOne(statements: readonly Statement[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    let passing: SignalboxError | undefined;
    for (const statement of statements) {
      const failure = passing ?? (await run([statement], signal));
      if (failure?.isRetryable === true) passing = failure;
      results.push(failure === undefined ? delivered : failed(failure));
    }
    return results;
  }

  async function run(statements: readonly Statement[], signal: AbortSignal): Promise<SignalboxError | undefined> {
    try {
      await connection.runAll(statements, signal);
      return undefined;
    } catch (error) {
      return toSignalboxError(error, "SINK_TIMEOUT", { isRetryable: true });
    }
  }
}

function asPostgres(connection: Connection, name: string): PostgresConnection {
  if ("runAll" in connection) return connection as PostgresConnection;
  throw new SignalboxError("CONNECTION_FAILED", `connection "${name}" is not a PostgreSQL database`);
}
