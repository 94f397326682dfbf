import {
  type DeadLetter,
  type DeadLetterClient,
  type DeadLetterQuery,
  parseDuration,
  SignalboxError,
} from "@signalbox/core";
import { type Command, InvalidArgumentError } from "commander";

/** Options that choose dead letters. */
export interface Filters {
  readonly pipeline?: string;
  readonly sink?: string;
  readonly code?: string;
  readonly device?: string;
  readonly since?: string;
  readonly until?: string;
}

/** What redrive and purge are told. */
export interface Choice extends Filters {
  readonly ids: readonly string[];
  readonly all?: boolean;
}

/** The command with the options that choose dead letters. */
export function withFilters(command: Command): Command {
  return command
    .option("--pipeline <name>", "those of a pipeline")
    .option("--sink <name>", "those of a sink")
    .option("--code <code>", "those with an error code")
    .option("--device <id>", "those of a device")
    .option("--since <time>", "those that died at this time or later: 2h ago, or ISO 8601", time)
    .option("--until <time>", "those that died before this time", time);
}

/** Whether any filter is given. */
export function isFiltered(filters: Filters): boolean {
  return Object.keys(queryOf(filters)).length > 0;
}

/** The filters as the engine takes them. */
export function queryOf({ pipeline, sink, code, device, since, until }: Filters): Omit<DeadLetterQuery, "limit"> {
  const all = { pipeline, sink, code, device, since, until };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Fails with CLI_SELECTION_INVALID unless it is plain which letters are meant. */
export function checkChoice({ ids, all = false, ...filters }: Choice): void {
  const ways = [ids.length > 0, isFiltered(filters), all].filter((given) => given).length;
  if (ways === 1) return;
  const message = ways === 0 ? "no letters are chosen" : "letters are chosen in more than one way";
  throw new SignalboxError("CLI_SELECTION_INVALID", message, { hint: "give ids, or filters, or --all" });
}

/** Fails with CLI_CONFIRMATION_MISSING when more than one letter is meant. */
export async function checkIsOne(client: DeadLetterClient, choice: Choice): Promise<void> {
  if (choice.ids.length === 1) return;
  const isOne = choice.ids.length === 0 && (await client.list({ ...queryOf(choice), limit: 2 })).letters.length < 2;
  if (!isOne) throw unconfirmed("more than one dead letter is meant");
}

export function unconfirmed(message: string): SignalboxError {
  return new SignalboxError("CLI_CONFIRMATION_MISSING", message, { hint: "look at them, then say --yes" });
}

/** The ids of the letters that are meant, some at a time, the oldest first; what dies from now on is not among them. */
export async function* chosen(
  client: DeadLetterClient,
  choice: Choice,
  count: number,
): AsyncGenerator<readonly string[]> {
  if (choice.ids.length > 0) {
    for (let from = 0; from < choice.ids.length; from += count) yield choice.ids.slice(from, from + count);
    return;
  }
  const now = new Date().toISOString();
  const filters = { until: now, ...queryOf(choice), order: "oldest" } as const;
  for await (const letters of pages(client, filters, count)) yield letters.map(({ id }) => id);
}

/** Letters page by page, to the end. */
export async function* pages(
  client: DeadLetterClient,
  query: Omit<DeadLetterQuery, "limit" | "after">,
  limit: number,
): AsyncGenerator<readonly DeadLetter[]> {
  for (let after: string | undefined; ;) {
    const { letters, next } = await client.list({ ...query, limit, ...(after === undefined ? {} : { after }) });
    if (letters.length > 0) yield letters;
    if (next === undefined) return;
    after = next;
  }
}

/** Reads `2h` as a time ago, and ISO 8601; answers ISO 8601. */
export function time(text: string): string {
  const agoMs = parseDuration(text);
  const timeMs = agoMs === undefined ? Date.parse(text) : Date.now() - agoMs;
  if (!Number.isNaN(timeMs)) return new Date(timeMs).toISOString();
  throw new InvalidArgumentError("It looks like 2h or 2026-03-01T10:00:00Z.");
}
