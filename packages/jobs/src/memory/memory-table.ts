import { MemoryRows } from "./memory-rows.ts";

interface Indexed {
  readonly key: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
}

type Where = Readonly<Record<string, string>>;

/** Rows, and those of each value of a field, so that a year of simulated upkeep does not read through all of them. */
export class MemoryTable<R extends Indexed> {
  readonly #rows = new MemoryRows<R>();
  readonly #byValue = new Map<string, MemoryRows<R>>();

  get(key: string): R | undefined {
    return this.#rows.get(key);
  }

  /** Rows that match every field, oldest first. */
  matching(where: Where): readonly R[] {
    const fields = Object.entries(where);
    const candidates = fields.map(([name, value]) => this.#byValue.get(valueOf(name, value))?.all() ?? []);
    const [fewest = this.#rows.all()] = candidates.sort((a, b) => a.length - b.length);
    return fields.length < 2
      ? fewest
      : fewest.filter((row) => fields.every(([name, value]) => row.fields[name] === value));
  }

  /** False when there is one of that key. */
  take(row: R): boolean {
    if (!this.#rows.take(row)) return false;
    for (const [name, value] of Object.entries(row.fields)) this.#takeUnder(valueOf(name, value), row);
    return true;
  }

  /** Puts a row in the place of the one with its key; takes it when there is none. */
  change(row: R): void {
    const old = this.#rows.get(row.key);
    if (old === undefined) return void this.take(row);
    this.#rows.change(row);
    for (const [name, value] of Object.entries(old.fields))
      if (row.fields[name] !== value) this.#dropUnder(valueOf(name, value), row.key);
    for (const [name, value] of Object.entries(row.fields)) {
      if (old.fields[name] === value) this.#byValue.get(valueOf(name, value))?.change(row);
      else this.#takeUnder(valueOf(name, value), row);
    }
  }

  /** False when there is none. */
  drop(key: string): boolean {
    const row = this.#rows.get(key);
    if (row === undefined) return false;
    this.#rows.drop(key);
    for (const [name, value] of Object.entries(row.fields)) this.#dropUnder(valueOf(name, value), key);
    return true;
  }

  #takeUnder(of: string, row: R): void {
    const known = this.#byValue.get(of) ?? new MemoryRows<R>();
    known.take(row);
    this.#byValue.set(of, known);
  }

  #dropUnder(of: string, key: string): void {
    const known = this.#byValue.get(of);
    known?.drop(key);
    if (known?.all().length === 0) this.#byValue.delete(of);
  }
}

function valueOf(name: string, value: string): string {
  return `${name} ${value}`;
}
