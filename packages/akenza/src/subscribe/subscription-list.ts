import { resolve } from "node:path";
import { isQueryConnection, SignalboxError, type SourceContext } from "@signalbox/core";
import type { RestClient } from "../rest/client.ts";
import type { Target } from "../socket/frames.ts";
import { IdList } from "./id-list.ts";
import { readIdFile } from "./read-file.ts";
import { readIdQuery } from "./read-query.ts";
import { readIdRows } from "./read-sql.ts";
import { defaultEveryMs, type SubscribeItem } from "./schema.ts";

export interface SubscriptionListOptions {
  readonly items: readonly SubscribeItem[];
  readonly context: SourceContext;
  readonly rest: RestClient;
  /** Called when a reading changed what there is to subscribe to. */
  onChange(): void;
}

type Read = (signal: AbortSignal) => Promise<readonly string[]>;

/** All that a pipeline subscribes to: what stands in its file, and lists that are read now and again. */
export class SubscriptionList {
  readonly #options: SubscriptionListOptions;
  readonly #lists: { readonly list: IdList; readonly topic: string }[] = [];
  readonly #fixed: readonly Target[];

  constructor(options: SubscriptionListOptions) {
    this.#options = options;
    this.#fixed = options.items.flatMap(fixedTargets);
    for (const item of options.items) {
      const list = this.#listOf(item);
      if (list !== undefined) this.#lists.push({ list, topic: item.topic });
    }
  }

  /** Reads every list for the first time; throws AKENZA_IDS_UNREADABLE (retryable) if one cannot be read. */
  async open(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#lists.map(({ list }) => list.open(signal)));
  }

  close(): void {
    for (const { list } of this.#lists) list.close();
  }

  targets(): readonly Target[] {
    const read = this.#lists.flatMap(({ list, topic }) => list.ids.map((id): Target => ({ kind: "asset", id, topic })));
    return [...this.#fixed, ...read];
  }

  /** Which lists may be out of date and why; empty when none. */
  problems(): readonly string[] {
    return this.#lists.flatMap(({ list }) =>
      list.problem === undefined ? [] : [`${list.problem.message} (the last good list stays)`],
    );
  }

  #listOf(item: SubscribeItem): IdList | undefined {
    const { context } = this.#options;
    const source = this.#sourceOf(item);
    if (source === undefined) return undefined;
    const { name, read, everyMs } = source;
    return new IdList({
      name,
      everyMs: item.every ?? everyMs,
      clock: context.clock,
      log: context.log,
      read,
      onChange: () => this.#options.onChange(),
    });
  }

  #sourceOf({ file, sql, query, column }: SubscribeItem): { name: string; everyMs: number; read: Read } | undefined {
    const { context, rest } = this.#options;
    if (file !== undefined) {
      const path = resolve(context.projectDir, file);
      const name = `file ${file}`;
      return { name, everyMs: defaultEveryMs.file, read: (signal) => readIdFile(path, { name, column }, signal) };
    }
    if (sql !== undefined) {
      const name = `query on ${sql.connection}`;
      const connection = context.connection(sql.connection);
      if (!isQueryConnection(connection)) {
        throw new SignalboxError("AKENZA_IDS_UNREADABLE", `the connection "${sql.connection}" answers no SQL queries`);
      }
      return {
        name,
        everyMs: defaultEveryMs.sql,
        read: (signal) => readIdRows(connection, { query: sql.query, column, name }, signal),
      };
    }
    if (query === undefined) return undefined;
    return {
      name: "query on akenza",
      everyMs: defaultEveryMs.query,
      read: (signal) => readIdQuery(rest, query, signal),
    };
  }
}

function fixedTargets({ asset, tag, topic }: SubscribeItem): readonly Target[] {
  if (tag !== undefined) return [{ kind: "tag", id: tag, topic }];
  return (asset ?? []).map((id): Target => ({ kind: "asset", id, topic }));
}
