// The connections of an engine: each made when it is first asked for, opened once, closed when nobody uses it any more.
// Not here: what a connection does.
import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import type { ComponentContext } from "../component/definition.ts";
import type { Connection } from "../component/contracts.ts";
import type { ConnectionItem } from "../config/model.ts";
import { messageOf, SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { ConnectionStatus, Problem } from "./status.ts";

const backoff: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };

/** The connections by their names, as one reading of the files has them. */
export interface Connections {
  /** The connection itself, open or not. An unknown name throws: validation has seen to it before. */
  get(name: string): Connection;
  /** Resolves when the connection is open; opens it with backoff. Rejects when it never will be, or when `signal` aborts. */
  opened(name: string, signal: AbortSignal): Promise<void>;
  /** Resolves once each of them was tried once, with whether all are open; what did not open is tried again all the same. */
  firstTry(names: Iterable<string>, signal: AbortSignal): Promise<boolean>;
  /** Why one of them is not open; undefined while they are, or nobody knows yet. */
  problemOf(names: Iterable<string>): Problem | undefined;
}

/** All connections of an engine. Those that two readings of the files have alike are the same. */
export interface ConnectionPool {
  of(items: readonly ConnectionItem[]): Connections;
  status(): readonly ConnectionStatus[];
  /** Those that are held, in no order. */
  held(): readonly HeldConnection[];
  /** Closes those that are not among `used`. */
  closeUnused(used: ReadonlySet<Connection>): Promise<void>;
  close(): Promise<void>;
}

/** A connection under its name; two readings of the files may each have one of the same name for a while. */
export interface HeldConnection {
  readonly name: string;
  readonly connection: Connection;
}

export interface ConnectionPoolOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly contextOf: (item: ConnectionItem, siblings: Connections) => ComponentContext;
}

interface Held {
  readonly item: ConnectionItem;
  readonly connection: Connection;
  state: ConnectionStatus["state"];
  problem: Problem | undefined;
  opening: Promise<void> | undefined;
  readonly firstTry: FirstTry;
  readonly closing: AbortController;
}

/** Whether a connection opened at its first try. */
interface FirstTry {
  readonly ended: Promise<boolean>;
  end(isOpen: boolean): void;
}

function createFirstTry(): FirstTry {
  let end = (_isOpen: boolean): void => undefined;
  const ended = new Promise<boolean>((resolve) => void (end = resolve));
  return { ended, end };
}

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { log } = options;
  const held = new Map<string, Held>();

  function hold(item: ConnectionItem, siblings: Connections): Held {
    const key = `${item.name} ${item.hash}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const fresh: Held = {
      item,
      connection: item.definition.create(item.config, options.contextOf(item, siblings)),
      state: "closed",
      problem: undefined,
      opening: undefined,
      firstTry: createFirstTry(),
      closing: new AbortController(),
    };
    held.set(key, fresh);
    return fresh;
  }

  async function close(entries: Iterable<[string, Held]>): Promise<void> {
    for (const [key, { item, connection, closing }] of entries) {
      closing.abort();
      held.delete(key);
      try {
        await connection.close?.();
      } catch (error) {
        log.warn({ connection: item.name, cause: messageOf(error) }, "A connection did not close cleanly.");
      }
    }
  }

  return {
    of: (items) => view(items, options, hold),
    status: () => [...held.values()].map(statusOf),
    held: () => [...held.values()].map(({ item: { name }, connection }) => ({ name, connection })),
    closeUnused: (used) => close([...held].filter(([, { connection }]) => !used.has(connection))),
    close: () => close(held),
  };
}

function statusOf({ item, connection, state, problem }: Held): ConnectionStatus {
  const trouble = connection.trouble?.();
  return {
    name: item.name,
    component: item.definition.name,
    state,
    problem,
    ...(connection.counts === undefined ? {} : { counts: connection.counts() }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function view(
  items: readonly ConnectionItem[],
  options: ConnectionPoolOptions,
  hold: (item: ConnectionItem, siblings: Connections) => Held,
): Connections {
  const entry = (name: string): Held => {
    const item = items.find((each) => each.name === name);
    if (item === undefined) throw new SignalboxError("CONNECTION_FAILED", `there is no connection "${name}"`);
    return hold(item, connections);
  };
  const connections: Connections = {
    get: (name) => entry(name).connection,
    opened(name, signal) {
      const asked = entry(name);
      asked.opening ??= open(asked, options).catch((error: unknown) => {
        asked.opening = undefined;
        throw error;
      });
      return orAborted(asked.opening, signal);
    },
    async firstTry(names, signal) {
      const tries = [...names].map((name) => {
        // Whoever needs it asks again, and hears why.
        connections.opened(name, signal).catch(() => undefined);
        return entry(name).firstTry.ended;
      });
      return (await Promise.all(tries)).every((isOpen) => isOpen);
    },
    problemOf: (names) => [...names].map((name) => entry(name).problem).find((problem) => problem !== undefined),
  };
  return connections;
}

// With a signal of its own: the pipeline that was the first to ask may end while others wait.
async function open(entry: Held, { clock, log }: ConnectionPoolOptions): Promise<void> {
  const { signal } = entry.closing;
  for (let attempts = 1; ; attempts += 1) {
    entry.state = "connecting";
    try {
      await entry.connection.open?.(signal);
      entry.state = "open";
      entry.problem = undefined;
      entry.firstTry.end(true);
      return;
    } catch (error) {
      const cause = toSignalboxError(error, "CONNECTION_FAILED", { isRetryable: true });
      entry.problem = { code: cause.code, message: cause.message, hint: cause.hint };
      entry.state = "failed";
      entry.firstTry.end(false);
      if (!cause.isRetryable || signal.aborted) throw cause;
      log.warn(
        { connection: entry.item.name, code: cause.code, cause: cause.message },
        "A connection did not open; trying again.",
      );
      await sleep(clock, backoffDelayMs(attempts, backoff, Math.random()), signal);
      if (signal.aborted) throw cause;
    }
  }
}

async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () =>
      reject(new SignalboxError("CONNECTION_FAILED", "nobody waits for it any more", { isRetryable: true }));
  });
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
