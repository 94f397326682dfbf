/** Something costly that a store and a queue use together: opened for the first of them, closed after the last. */
export interface Shared<T> {
  /** Opens it unless it is open. A failed opening leaves nothing behind and can be tried again. */
  acquire(signal?: AbortSignal): Promise<T>;
  /** Closes it when nobody else holds it. Every acquire that succeeded wants one release. */
  release(): Promise<void>;
}

export function shared<T>(open: (signal?: AbortSignal) => Promise<T>, close: (value: T) => Promise<void>): Shared<T> {
  let current: Promise<T> | undefined;
  let holders = 0;
  let closing: Promise<void> = Promise.resolve();

  async function acquire(signal?: AbortSignal): Promise<T> {
    holders += 1;
    // A closing that failed is its releaser's affair.
    await closing.catch(() => undefined);
    const own = (current ??= open(signal));
    try {
      return await own;
    } catch (error) {
      holders -= 1;
      if (current === own) current = undefined;
      throw error;
    }
  }

  async function release(): Promise<void> {
    holders -= 1;
    if (holders > 0 || current === undefined) return;
    closing = current.then(close);
    current = undefined;
    await closing;
  }

  return { acquire, release };
}
