// The command ledger over the store port: rows, their places and their indexes.
// Not here: what may become of a command (transitions.ts), sending and waking (runner.ts, commands.ts).
import type { Clock } from "../clock.ts";
import { gather } from "../gather.ts";
import type { Collection, NewRow, Query, Row, RowReplacement, Store } from "../ports/store.ts";
import type { Retention } from "../retention.ts";
import type { Command, CommandQuery, NewCommand } from "./contracts.ts";
import { isWatched } from "./confirming.ts";
import { Places } from "./places.ts";
import { type CommandRecord, isOpen, iso, takeIn } from "./transitions.ts";

const pageRows = 500;
const ended = "ended";
const watched = "open";
/** Of commands that supersede one another, as many are compared: few wait at a time, or are put off. */
const latestKin = 20;

/** A command and the version of it that was read. */
export interface HeldCommand {
  readonly record: CommandRecord;
  readonly version: number;
  /** Its place among its device's commands. */
  readonly at: number;
}

/** What pruning knows of a command. */
interface Ended {
  readonly key: string;
  readonly endedAt: number;
}

/** The commands of one device on one connection; they leave it in order. */
export type Line = Pick<NewCommand, "connection" | "device">;
type Fields = Readonly<Record<string, string>>;

/** A line's name. */
export function lineOf({ connection, device }: Line): string {
  return `${connection}/${device}`;
}

/** The command ledger: the collection `commands`. */
export class CommandLedger {
  readonly #clock: Clock;
  readonly #commands: Collection<CommandRecord>;
  readonly #places = new Places();
  // Schedules of one time command many devices at once: what is said of their commands goes in few calls.
  readonly #insert: (row: NewRow<CommandRecord>) => Promise<boolean>;
  readonly #replace: (change: RowReplacement<CommandRecord>) => Promise<boolean>;
  readonly #get: (key: string) => Promise<Row<CommandRecord> | undefined>;

  constructor(store: Store, clock: Clock) {
    this.#clock = clock;
    const indexes = ["pipeline", "device", "message", "state", "line", "supersede", "watch"];
    const commands = store.collection<CommandRecord>({ name: "commands", indexes });
    this.#commands = commands;
    this.#insert = gather((rows: readonly NewRow<CommandRecord>[]) => commands.insert(rows), { most: pageRows });
    this.#replace = gather((changes: readonly RowReplacement<CommandRecord>[]) => commands.replaceMany(changes), {
      keyOf: ({ key }) => key,
    });
    this.#get = gather((keys: readonly string[]) => commands.getMany(keys));
  }

  /** Records commands whose keys are new, at the end of their lines; answers those. */
  async add(commands: readonly NewCommand[]): Promise<readonly HeldCommand[]> {
    const now = this.#clock.now();
    const added: HeldCommand[] = [];
    for (let start = 0; start < commands.length; start += pageRows) {
      const page = commands.slice(start, start + pageRows).map((command) => takeIn(command, now));
      const rivals = await Promise.all(page.map(async (record) => newestOf(await this.#kin(record))));
      const rows = page.map((each, index) => this.#rowOf(each, rivals[index], now));
      const isNew = await Promise.all(rows.map((row) => this.#insert(row)));
      rows.forEach(({ value, at }, index) => {
        if (isNew[index] === true) added.push({ record: value, version: 1, at });
      });
    }
    return added;
  }

  async get(key: string): Promise<HeldCommand | undefined> {
    const row = await this.#get(key);
    return row === undefined ? undefined : heldOf(row);
  }

  /** The first of a line. */
  async head(line: string): Promise<HeldCommand | undefined> {
    const [row] = await this.#commands.query({ where: { line }, limit: 1 });
    return row === undefined ? undefined : heldOf(row);
  }

  /** Changes a command if nobody did since it was read; undefined otherwise. */
  async change(held: HeldCommand, record: CommandRecord): Promise<HeldCommand | undefined> {
    const fields = changedFields(fieldsOf(held.record), fieldsOf(record));
    const isOurs = await this.#replace({ key: record.key, version: held.version, fields, value: record });
    return isOurs ? { record, version: held.version + 1, at: held.at } : undefined;
  }

  /** The key of the command that takes the place of this one, when there is one. */
  async newerOf(held: HeldCommand): Promise<string | undefined> {
    const newest = newestOf(await this.#kin(held.record));
    return newest !== undefined && isNewer(newest, held) ? newest.record.key : undefined;
  }

  /** The waiting commands whose place this one takes. */
  async olderOf(held: HeldCommand): Promise<readonly HeldCommand[]> {
    const kin = await this.#kin(held.record);
    return kin.filter((each) => each.record.state === "queued" && isNewer(held, each));
  }

  /** Whether a later command of the line was sent. Engines may give one place to two commands: then the key decides. */
  async isOvertaken({ record, at }: HeldCommand): Promise<boolean> {
    const { key, device, connection } = record;
    const isLater = (each: HeldCommand): boolean => each.at > at || each.record.key > key;
    for await (const page of this.#pages({ where: { device }, from: at })) {
      const later = page.filter((each) => each.record.connection === connection && isLater(each));
      if (later.some((each) => each.record.attempts > 0)) return true;
    }
    return false;
  }

  async list({ limit, after, since, until, oldestFirst = false, ...where }: CommandQuery): Promise<readonly Command[]> {
    const rows = await this.#commands.query({
      where,
      limit,
      newestFirst: !oldestFirst,
      ...(since !== undefined && { from: since }),
      ...(until !== undefined && { to: until }),
      ...(after !== undefined && { after: { at: Date.parse(after.at), key: after.key } }),
    });
    return rows.map((row) => commandOf(heldOf(row)));
  }

  /** All commands in a state, page by page, in order. */
  inState(state: "queued" | "sent"): AsyncGenerator<readonly HeldCommand[]> {
    return this.#pages({ where: { state } });
  }

  /** All commands that an uplink may confirm. */
  watched(): AsyncGenerator<readonly HeldCommand[]> {
    return this.#pages({ where: { watch: watched } });
  }

  /**
   * Removes commands that ended longer ago than age and count allow; those still open stay, however old. Answers how many
   * went.
   */
  async prune({ ageMs, rows }: Retention): Promise<number> {
    const tooOld = await this.#removeEnded({ until: this.#clock.now() - ageMs });
    const beyond = (await this.#commands.count({ line: ended })) - rows;
    return tooOld + (beyond > 0 ? await this.#removeEnded({ most: beyond }) : 0);
  }

  /** The latest commands that supersede one another with this one, itself included; none where nothing does. */
  async #kin(record: CommandRecord): Promise<readonly HeldCommand[]> {
    const supersede = supersedeOf(record);
    if (supersede === undefined) return [];
    // Those before them ended, but for what a crash cut short: that is seen at its turn.
    const rows = await this.#commands.query({ where: { supersede }, newestFirst: true, limit: latestKin });
    return rows.map(heldOf);
  }

  #rowOf(record: CommandRecord, rival: HeldCommand | undefined, now: number): NewRow<CommandRecord> {
    const { takenAt, at } = this.#places.take(record, { now, behind: rival?.record.takenAt });
    const value = { ...record, takenAt };
    if (rival?.record.state !== "queued") return { key: record.key, at, fields: fieldsOf(value), value };
    // A stream of newer commands must not keep the device waiting: what is put off waits no longer than what it replaces.
    const dueAt = Math.min(record.dueAt, Math.max(now, rival.record.dueAt));
    return {
      key: record.key,
      at: Math.min(at, Math.max(now, rival.at + 1)),
      fields: fieldsOf(value),
      value: { ...value, dueAt },
    };
  }

  async *#pages(query: Omit<Query, "limit" | "after">): AsyncGenerator<readonly HeldCommand[]> {
    let after: { at: number; key: string } | undefined;
    for (;;) {
      const rows = await this.#commands.query({ ...query, limit: pageRows, ...(after !== undefined && { after }) });
      if (rows.length > 0) yield rows.map(heldOf);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      after = { at: last.at, key: last.key };
    }
  }

  /** Removes those that ended first: up to `most` of them, and none that ended after `until`. */
  async #removeEnded({ until = Infinity, most = Infinity }: { until?: number; most?: number }): Promise<number> {
    let removed = 0;
    let known: readonly Ended[] = [];
    const removeUntil = async (time: number): Promise<void> => {
      const first = known.filter(({ endedAt }) => endedAt <= time).toSorted((a, b) => a.endedAt - b.endedAt);
      const going = new Set(first.slice(0, most - removed).map(({ key }) => key));
      if (going.size > 0) await this.#commands.remove([...going]);
      removed += going.size;
      known = known.filter(({ key }) => !going.has(key));
    };
    // They come in the order in which they were due. Most ended soon after that; one that was sent again by hand did not.
    for await (const page of this.#pages({ where: { line: ended }, ...(until < Infinity && { to: until }) })) {
      known = [...known, ...page.map(endOf).filter(({ endedAt }) => endedAt <= until)];
      // What follows was due later than the last of these, and ended later than that.
      await removeUntil(page.at(-1)?.at ?? 0);
      if (removed >= most) return removed;
    }
    await removeUntil(until);
    return removed;
  }
}

/** What the contract shows of a record. */
export function commandOf({ record, at }: HeldCommand): Command {
  const { dueAt, takenAt: _order, mayHaveArrived: _doubt, wasAccepted: _taken, sentBy: _runner, ...command } = record;
  return { ...command, at: iso(at), ...(record.state === "queued" && { dueAt }) };
}

/** Its last change was its end; one that was taken back before it was due counts from when that was. */
function endOf({ record: { key, history }, at }: HeldCommand): Ended {
  const changedAt = Date.parse(history.at(-1)?.at ?? "");
  return { key, endedAt: changedAt > at ? changedAt : at };
}

function heldOf({ value, version, at }: Row<CommandRecord>): HeldCommand {
  return { record: value, version, at };
}

function newestOf(commands: readonly HeldCommand[]): HeldCommand | undefined {
  return commands.reduce<HeldCommand | undefined>(
    (newest, each) => (newest === undefined || isNewer(each, newest) ? each : newest),
    undefined,
  );
}

function isNewer({ record: one }: HeldCommand, { record: other }: HeldCommand): boolean {
  return one.takenAt === other.takenAt ? one.key > other.key : one.takenAt > other.takenAt;
}

/** What it supersedes by; a dry run, and what went without being sent, supersede nothing. */
function supersedeOf(record: CommandRecord): string | undefined {
  const { state } = record;
  const isOut = state === "planned" || state === "cancelled" || state === "superseded";
  if (record.supersedeKey === undefined || isOut) return undefined;
  return `${lineOf(record)}/${record.supersedeKey}`;
}

function fieldsOf(record: CommandRecord): Fields {
  const { pipeline, device, message, state } = record;
  const supersede = supersedeOf(record);
  return {
    pipeline,
    device,
    message,
    state,
    // A confirmation that is open keeps its command, however old.
    line: isOpen(record) ? lineOf(record) : isWatched(record) ? watched : ended,
    ...(supersede !== undefined && { supersede }),
    ...(isWatched(record) && { watch: watched }),
  };
}

/** What differs; a field that is there no more becomes empty. */
function changedFields(before: Fields, now: Fields): Fields {
  const gone = Object.keys(before).filter((name) => now[name] === undefined);
  const changed = Object.entries(now).filter(([name, value]) => before[name] !== value);
  return Object.fromEntries([...gone.map((name) => [name, ""]), ...changed]) as Fields;
}
