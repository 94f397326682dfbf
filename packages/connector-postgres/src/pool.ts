import { type Logger, messageOf, type QueryConnection, SignalboxError } from "@signalbox/core";
import { Pool, type PoolClient, type PoolConfig } from "pg";
import { postgresError } from "./errors.ts";

export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** What the sinks of a `postgres` connection work with. */
export interface PostgresConnection extends QueryConnection {
  /**
   * Runs statements in order, all or none of them, in one burst. Rejects with the first one's error, as a SignalboxError
   * that says whether trying again can help.
   */
  runAll(statements: readonly Statement[], signal: AbortSignal): Promise<void>;
}

export interface PostgresPoolOptions {
  readonly name: string;
  readonly log: Logger;
  /** What `new pg.Pool` needs to find the server; asked for at each opening. */
  readonly findServer: () => Promise<PoolConfig>;
  readonly maxConnections: number;
}

const connectTimeoutMs = 10_000;

/** A pool of connections to one PostgreSQL. */
export function createPostgresPool({ name, log, findServer, maxConnections }: PostgresPoolOptions): PostgresConnection {
  let pool: Pool | undefined;

  return {
    async open(signal) {
      pool ??= await createPool();
      await withClient(signal, (client) => client.query("select 1"));
    },
    query: (text, params, signal) =>
      withClient(signal, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(text, [...params]);
        return rows;
      }),
    runAll: (statements, signal) => withClient(signal, (client) => burst(client, statements)),
    async close() {
      const closing = pool;
      pool = undefined;
      await closing?.end();
    },
  };

  async function createPool(): Promise<Pool> {
    const server = await findServer();
    const made = new Pool({
      ...server,
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      pipeline: true,
    });
    // An idle connection that ends is replaced at the next use; unheard, its error would end the process.
    made.on("error", (error) =>
      log.warn({ connection: name, cause: messageOf(error) }, "A PostgreSQL connection ended."),
    );
    // One that ends while a statement runs on it fails that statement; it also says so here, to nobody else.
    made.on("connect", (client) => client.on("error", ignore));
    return made;
  }

  async function withClient<T>(signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (pool === undefined) {
      throw new SignalboxError("POSTGRES_UNREACHABLE", `connection "${name}" is not open`, { isRetryable: true });
    }
    const connecting = pool.connect();
    let client: PoolClient;
    try {
      client = await untilAborted(connecting, signal);
    } catch (error) {
      // It may come after all, to nobody.
      connecting.then((late) => late.release(), ignore);
      throw postgresError(error, `connection "${name}"`);
    }
    try {
      const result = await untilAborted(work(client), signal);
      client.release();
      return result;
    } catch (error) {
      const failure = postgresError(error, `connection "${name}"`);
      // A statement that is still running, or a connection that broke, must not be handed to the next.
      client.release(failure.code === "SQL_STATEMENT_REJECTED" ? undefined : true);
      throw failure;
    }
  }
}

/** All statements leave together: with a pipelining client a batch costs one round trip, not one each. */
async function burst(client: PoolClient, statements: readonly Statement[]): Promise<void> {
  const [only] = statements;
  if (only === undefined) return;
  const texts = statements.length === 1 ? [only] : [plain("begin"), ...statements, plain("commit")];
  const answers = await Promise.allSettled(texts.map(({ text, params }) => client.query(text, [...params])));
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
}

function plain(text: string): Statement {
  return { text, params: [] };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function ignore(): void {
  // Nobody waits for it any more.
}
