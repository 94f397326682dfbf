/** Counts things by what is said of them. */
export class Tally<Facts extends Readonly<Record<string, string>>> {
  readonly #counts = new Map<string, { readonly facts: Facts; count: number }>();

  /** The fields of `facts` come in the same order each time. */
  add(facts: Facts): void {
    const key = JSON.stringify(Object.values(facts));
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { facts, count: 1 });
    else known.count += 1;
  }

  all(): readonly { readonly facts: Facts; readonly count: number }[] {
    return [...this.#counts.values()];
  }
}
