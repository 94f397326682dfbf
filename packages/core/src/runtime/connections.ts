import { type Backoff, backoffDelayMs } from "../backoff.ts";
import { type Clock, sleep } from "../clock.ts";
import type { ComponentContext } from "../component/definition.ts";
import type { Connection } from "../component/contracts.ts";
import type { ConnectionItem } from "../config/model.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { ConnectionStatus, Problem } from "./status.ts";

const backoff: Backoff = { backoffMs: 1000, maxBackoffMs: 60_000 };

/** The connections of an engine: each made when it is first asked for, opened once, closed last. */
export interface Connections {
  /** The connection itself, open or not. An unknown name throws: validation has seen to it before. */
  get(name: string): Connection;
  /** Resolves when the connection is open; opens it with backoff. Rejects when it never will be, or when `signal` aborts. */
  opened(name: string, signal: AbortSignal): Promise<void>;
  /** Resolves once each of them was tried once, with whether all are open; what did not open is tried again all the same. */
  firstTry(names: Iterable<string>, signal: AbortSignal): Promise<boolean>;
  /** Why one of them is not open; undefined while they are, or nobody knows yet. */
  problemOf(names: Iterable<string>): Problem | undefined;
  status(): readonly ConnectionStatus[];
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly items: readonly ConnectionItem[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly contextOf: (item: ConnectionItem) => ComponentContext;
}

interface Held {
  readonly item: ConnectionItem;
  readonly connection: Connection;
  state: ConnectionStatus["state"];
  problem: Problem | undefined;
  opening: Promise<void> | undefined;
  readonly firstTry: FirstTry;
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

export function createConnections(options: ConnectionsOptions): Connections {
  const { items, contextOf } = options;
  const held = new Map<string, Held>();

  function hold(name: string): Held {
    const known = held.get(name);
    if (known !== undefined) return known;
    const item = items.find((each) => each.name === name);
    if (item === undefined) throw new SignalboxError("CONNECTION_FAILED", `there is no connection "${name}"`);
    const connection = item.definition.create(item.config, contextOf(item));
    const firstTry = createFirstTry();
    const fresh: Held = { item, connection, state: "closed", problem: undefined, opening: undefined, firstTry };
    held.set(name, fresh);
    return fresh;
  }

  function opened(name: string, signal: AbortSignal): Promise<void> {
    const entry = hold(name);
    entry.opening ??= open(entry, options, signal).catch((error: unknown) => {
      entry.opening = undefined;
      throw error;
    });
    return entry.opening;
  }

  return {
    get: (name) => hold(name).connection,
    opened,
    async firstTry(names, signal) {
      const tries = [...names].map((name) => {
        // Whoever needs it asks again, and hears why.
        opened(name, signal).catch(() => undefined);
        return hold(name).firstTry.ended;
      });
      return (await Promise.all(tries)).every((isOpen) => isOpen);
    },
    problemOf: (names) => [...names].map((name) => held.get(name)?.problem).find((problem) => problem !== undefined),
    status: () =>
      [...held.values()].map(({ item, state, problem }) => ({
        name: item.name,
        component: item.definition.name,
        state,
        problem,
      })),
    async close() {
      for (const entry of held.values()) {
        await entry.connection.close?.();
        entry.state = "closed";
      }
    },
  };
}

async function open(entry: Held, { clock, log }: ConnectionsOptions, signal: AbortSignal): Promise<void> {
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
