import type { Lanes } from "@signalbox/core";
import { checkKeys } from "../fields.ts";
import { appendEntries, deferRow, dueRows, listLanes, removeEntries } from "./lane-scripts.ts";
import type { RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-error.ts";
import { type Argument, type Script, scriptRunner } from "./script.ts";

/** Lanes in Redis; `client` throws while the store is not open. */
export function createRedisLanes(client: () => RedisClient, base: string): Lanes {
  const run = (script: Script, ...args: Argument[]): Promise<unknown> => scriptRunner(client(), base)(script, ...args);

  return {
    async append(lane, entries, { dueAt, attempts }, { writer, number } = { writer: "", number: 0 }) {
      if (entries.length === 0) return;
      checkKeys(lane, ...entries.map(({ row }) => row));
      const texts = entries.flatMap(({ row, value }) => [row, value]);
      await run(appendEntries, lane, dueAt, attempts, writer, number, ...texts);
    },
    async due(lane, now, { rows, entriesPerRow }) {
      const found = (await run(dueRows, lane, now, rows, entriesPerRow)) as [string, string, string, string[]][];
      return found.map(([row, dueAt, attempts, entries]) => {
        return { row, dueAt: Number(dueAt), attempts: Number(attempts), entries: entries.map(toEntry) };
      });
    },
    async remove(lane, row, seqs, { dueAt, attempts }) {
      return (await run(removeEntries, lane, row, dueAt, attempts, ...seqs)) as number;
    },
    async defer(lane, row, { dueAt, attempts }) {
      await run(deferRow, lane, row, dueAt, attempts);
    },
    async nextDue(lane) {
      const [, score] = await client().zrange(`${base}due:${lane}`, 0, "0", "WITHSCORES").catch(fail);
      return score === undefined ? undefined : Number(score);
    },
    rows: (lane) => client().zrange(`${base}due:${lane}`, 0, "-1").catch(fail),
    async list(prefix) {
      const found = (await run(listLanes, prefix)) as [string, string, string, number][];
      return found.map(([lane, entries, bytes, rows]) => {
        return { lane, entries: Number(entries), bytes: Number(bytes), rows };
      });
    },
  };
}

function fail(error: unknown): never {
  throw toStoreError(error);
}

function toEntry(text: string): { seq: number; value: string } {
  const colon = text.indexOf(":");
  return { seq: Number(text.slice(0, colon)), value: text.slice(colon + 1) };
}
