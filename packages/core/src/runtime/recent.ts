const kept = 20;

/** The latest changed things, newest first, each once: for a status that must not ask the store. */
export class Recent<T> {
  readonly #keyOf: (thing: T) => string;
  readonly #byKey = new Map<string, T>();

  constructor(keyOf: (thing: T) => string) {
    this.#keyOf = keyOf;
  }

  note(thing: T): void {
    const key = this.#keyOf(thing);
    // A Map keeps the order of insertion: deleting first puts the thing last.
    this.#byKey.delete(key);
    this.#byKey.set(key, thing);
    const oldest = this.#byKey.keys().next();
    if (this.#byKey.size > kept && oldest.done !== true) this.#byKey.delete(oldest.value);
  }

  latest(): readonly T[] {
    return [...this.#byKey.values()].reverse();
  }
}
