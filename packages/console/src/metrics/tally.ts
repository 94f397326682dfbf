/** Counts things by what is said of them, each kind from 0 on: a series that begins at 1 shows Prometheus no increase. */
export class Tally<Facts extends Readonly<Record<string, string>>> {
  readonly #known = new Set<string>();
  readonly #kindsOf: (about: string) => readonly Facts[];
  readonly #counts = new Map<string, { readonly facts: Facts; count: number }>();

  /** `kindsOf`: what may come to be said of things about something. */
  constructor(kindsOf: (about: string) => readonly Facts[]) {
    this.#kindsOf = kindsOf;
  }

  /** From now on there are counts about it, if only zeros. */
  expect(about: string): void {
    if (this.#known.has(about)) return;
    this.#known.add(about);
    for (const facts of this.#kindsOf(about)) this.#counts.set(keyOf(facts), { facts, count: 0 });
  }

  /** The fields of `facts` come in the order of `kindsOf`; `times`: how many things they are said of. */
  add(about: string, facts: Facts, times = 1): void {
    this.expect(about);
    const key = keyOf(facts);
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { facts, count: times });
    else known.count += times;
  }

  all(): readonly { readonly facts: Facts; readonly count: number }[] {
    return [...this.#counts.values()];
  }
}

function keyOf(facts: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.values(facts));
}
