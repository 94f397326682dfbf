/**
 * What is there at once, or comes. Most messages wait for nothing on their way, and a promise at each turn of it would cost
 * more than what their steps do.
 */
export type NowOrLater<T> = T | Promise<T>;

/** What `make` makes of a value, as soon as the value is there. */
export function andThen<T, U>(value: NowOrLater<T>, make: (value: T) => NowOrLater<U>): NowOrLater<U> {
  return value instanceof Promise ? value.then(make) : make(value);
}

/** Takes items one after the other, each once the one before it is done. */
export function inTurn<T>(items: readonly T[], take: (item: T) => NowOrLater<void>): NowOrLater<void> {
  for (const [index, item] of items.entries()) {
    const taken = take(item);
    if (taken instanceof Promise) return taken.then(() => inTurnLater(items.slice(index + 1), take));
  }
}

// A loop, not a chain of promises: a message may be split into thousands.
async function inTurnLater<T>(items: readonly T[], take: (item: T) => NowOrLater<void>): Promise<void> {
  for (const item of items) await take(item);
}
