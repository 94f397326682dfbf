// Two engines that share a store share the rate limit of their API key: akenza's own count is the judge.
import { setMaxListeners } from "node:events";
import { akenzaConnection } from "@signalbox/akenza";
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import {
  type Commands,
  type CommandSender,
  type NewCommand,
  silentLogger,
  type StoreSettings,
  systemClock,
} from "@signalbox/core";
import { createTestContext, missingServer, startPostgres, startRedis } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";
import { expect, test } from "vitest";

const limit = { perSecond: 25, burst: 30 };
// The other side counts a request when it arrives: with a second's worth less at once, a busy machine makes no difference.
const own = { perSecond: 25, burst: 5 };
/** Twice the rate for all of them would be more than the other side's bucket holds. */
const commandsEach = 60;

interface Engine {
  send(command: NewCommand): Promise<string>;
  close(): Promise<void>;
}

/** The akenza connection of an engine of its own, with the store's settings. */
async function startEngine(simulator: Simulator, store: StoreSettings): Promise<Engine> {
  const backend = createBackend(store, { clock: systemClock, log: silentLogger, projectDir: process.cwd() });
  await backend.store.open();
  let sender: CommandSender | undefined;
  const commands = {
    register: (_connection: string, given: CommandSender) => {
      sender = given;
      return () => undefined;
    },
    watched: () => [],
    onWatched: () => () => undefined,
  } as unknown as Commands;
  const settings = { apiKey: simulator.apiKey, baseUrl: simulator.url, rateLimit: own };
  const context = createTestContext({ pipeline: "akenza", services: { commands, store: backend.store } });
  const connection = akenzaConnection.create(akenzaConnection.schema.parse(settings), context);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  await connection.open?.(signal);
  return {
    async send(command) {
      await sender?.ready?.(command, signal);
      return (await sender?.send(command, signal))?.status ?? "nobody sends";
    },
    async close() {
      await connection.close?.();
      await backend.store.close();
    },
  };
}

function commandTo(device: string, key: string): NewCommand {
  const retry = { maxAttempts: 1, backoffMs: 1, maxBackoffMs: 1 };
  const from = { pipeline: "p", sink: "s", message: key, connection: "akenza" };
  return { key, device, ...from, ...retry, payload: { raw: true, loraDownlink: { port: 1, payloadHex: "0e14" } } };
}

const stores = [
  {
    kind: "redis",
    start: startRedis,
    settingsOf: (url: string): StoreSettings => ({ kind: "redis", url, prefix: "signalbox" }),
  },
  {
    kind: "postgres",
    start: startPostgres,
    settingsOf: (url: string): StoreSettings => ({ kind: "postgres", url, schema: "signalbox" }),
  },
] as const;

for (const { kind, start, settingsOf } of stores) {
  const skip = missingServer(kind);
  const why = skip === undefined ? "" : ` (skipped: ${skip})`;
  test(
    `D13 two engines have one rate limit; on ${kind}${why}`,
    { skip: skip !== undefined, timeout: 60_000 },
    async () => {
      const server = await start();
      const simulator = await createSimulator({ fleet: {}, rateLimit: limit });
      const devices = Array.from({ length: 5 }, (_, n) => simulator.addDevice({ name: `valve ${n}` }).id);
      const settings = settingsOf(server.url);
      const engines = [await startEngine(simulator, settings), await startEngine(simulator, settings)];
      const send = (nth: number, n: number): Promise<string> =>
        engines[nth]?.send(commandTo(devices[n % 5] ?? "", `${nth}-${n}`)) ??
        Promise.reject(new Error("no such engine"));
      // Both have heard of each other before it becomes crowded.
      for (const nth of [0, 1, 0]) expect(await send(nth, commandsEach + nth)).toBe("accepted");
      const sent = [0, 1].map((nth) => Promise.all(Array.from({ length: commandsEach }, (_, n) => send(nth, n))));
      expect(new Set((await Promise.all(sent)).flat())).toEqual(new Set(["accepted"]));
      expect(simulator.downlinks.total).toBe(2 * commandsEach + 3);
      expect(simulator.requests.entries.filter(({ status }) => status === 429)).toEqual([]);
      for (const engine of engines) await engine.close();
      await simulator.close();
      await server.stop();
    },
  );
}
