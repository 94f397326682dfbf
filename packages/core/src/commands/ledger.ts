import type { Clock } from "../clock.ts";
import type { Collection, Row, Store } from "../ports/store.ts";
import type { Retention } from "../retention.ts";
import type { Command, CommandState, NewCommand } from "./contracts.ts";
import { type CommandRecord, isOpen, queueNew } from "./transitions.ts";

const pageRows = 500;
const ended = "ended";

/** A command and the version of it that was read. */
export interface HeldCommand {
  readonly record: CommandRecord;
  readonly version: number;
  /** When it was accepted, which is its place among its device's commands. */
  readonly at: number;
}

/** The commands of one device on one connection form a line; they leave it in order. */
export function lineOf({ connection, device }: NewCommand): string {
  return `${connection}/${device}`;
}

/** The command ledger: the collection `commands`. */
export class CommandLedger {
  readonly #clock: Clock;
  readonly #commands: Collection<CommandRecord>;
  // Rows of one millisecond would be ordered by key: within a line each gets its own.
  readonly #latest = new Map<string, number>();

  constructor(store: Store, clock: Clock) {
    this.#clock = clock;
    this.#commands = store.collection({ name: "commands", indexes: ["pipeline", "device", "state", "line"] });
  }

  /** Records commands whose keys are new, at the end of their lines; answers those. */
  async add(commands: readonly NewCommand[]): Promise<readonly CommandRecord[]> {
    const now = this.#clock.now();
    const rows = commands.map((command) => {
      const record = queueNew(command, now);
      return { key: record.key, at: this.#place(lineOf(record), now), fields: fieldsOf(record), value: record };
    });
    const added: CommandRecord[] = [];
    for (let start = 0; start < rows.length; start += pageRows) {
      const page = rows.slice(start, start + pageRows);
      const isNew = await this.#commands.insert(page);
      added.push(...page.filter((_row, index) => isNew[index] === true).map((row) => row.value));
    }
    return added;
  }

  async get(key: string): Promise<HeldCommand | undefined> {
    const row = await this.#commands.get(key);
    return row === undefined ? undefined : heldOf(row);
  }

  /** The commands that are not at their end, in order. */
  async line(line: string, limit: number): Promise<readonly HeldCommand[]> {
    return (await this.#commands.query({ where: { line }, limit })).map(heldOf);
  }

  /** Changes a command if nobody did since it was read; undefined otherwise. */
  async change(held: HeldCommand, record: CommandRecord): Promise<HeldCommand | undefined> {
    const isOurs = await this.#commands.replace(record.key, held.version, { fields: fieldsOf(record), value: record });
    return isOurs ? { record, version: held.version + 1, at: held.at } : undefined;
  }

  async list(where: Readonly<Record<string, string>>, limit: number): Promise<readonly Command[]> {
    const rows = await this.#commands.query({ where, newestFirst: true, limit });
    return rows.map((row) => commandOf(row.value));
  }

  /** All commands in a state, page by page, oldest first. */
  async *inState(state: CommandState): AsyncGenerator<readonly CommandRecord[]> {
    let after: { at: number; key: string } | undefined;
    for (;;) {
      const rows = await this.#commands.query({
        where: { state },
        limit: pageRows,
        ...(after !== undefined && { after }),
      });
      yield rows.map((row) => row.value);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      after = { at: last.at, key: last.key };
    }
  }

  /** Removes commands at their end beyond age and count; those still open stay, however old. Answers how many went. */
  async prune({ ageMs, rows }: Retention): Promise<number> {
    const tooOld = await this.#removeEnded({ to: this.#clock.now() - ageMs });
    const beyond = (await this.#commands.count({ line: ended })) - rows;
    return tooOld + (beyond > 0 ? await this.#removeEnded({ most: beyond }) : 0);
  }

  async #removeEnded({ to, most = Number.POSITIVE_INFINITY }: { to?: number; most?: number }): Promise<number> {
    let removed = 0;
    while (removed < most) {
      const limit = Math.min(pageRows, most - removed);
      const rows = await this.#commands.query({ where: { line: ended }, limit, ...(to !== undefined && { to }) });
      if (rows.length > 0) await this.#commands.remove(rows.map((row) => row.key));
      removed += rows.length;
      if (rows.length < limit) break;
    }
    return removed;
  }

  #place(line: string, now: number): number {
    if (this.#latest.size > 10_000) {
      for (const [name, at] of this.#latest) if (at < now) this.#latest.delete(name);
    }
    const at = Math.max(now, (this.#latest.get(line) ?? 0) + 1);
    this.#latest.set(line, at);
    return at;
  }
}

/** What the contract shows of a record. */
export function commandOf({ notBefore: _notBefore, ...command }: CommandRecord): Command {
  return command;
}

function heldOf({ value, version, at }: Row<CommandRecord>): HeldCommand {
  return { record: value, version, at };
}

function fieldsOf(record: CommandRecord): Readonly<Record<string, string>> {
  const { pipeline, device, state } = record;
  return { pipeline, device, state, line: isOpen(record) ? lineOf(record) : ended };
}
