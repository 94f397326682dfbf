// Calls that come one by one, made as few: for stores, where a call costs more than what it carries.

export interface GatherOptions<A> {
  /** How many go in one call; default 500. */
  readonly most?: number;
  /** Two of one key do not go in one call; the later one follows in the next. */
  readonly keyOf?: (item: A) => string;
}

interface Waiting<A, R> {
  readonly item: A;
  readonly resolve: (answer: R) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * A call for one item, of which many are made together by `run`, which answers per item, in order. Nothing waits that could
 * go: an item that comes alone goes at once; those that come while a call is under way go in the next one, in their order.
 */
export function gather<A, R>(
  run: (items: readonly A[]) => Promise<readonly R[]>,
  { most = 500, keyOf }: GatherOptions<A> = {},
): (item: A) => Promise<R> {
  let waiting: Waiting<A, R>[] = [];
  let isRunning = false;

  function nextPart(): readonly Waiting<A, R>[] {
    const end = keyOf === undefined ? most : Math.min(most, firstRepeated(waiting, keyOf));
    const part = waiting.slice(0, end);
    waiting = waiting.slice(end);
    return part;
  }

  async function drain(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const part = nextPart();
      try {
        const answers = await run(part.map(({ item }) => item));
        for (const [index, { resolve }] of part.entries()) resolve(answers[index] as R);
      } catch (cause) {
        for (const { reject } of part) reject(cause);
      }
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void drain();
    });
}

function firstRepeated<A>(waiting: readonly { readonly item: A }[], keyOf: (item: A) => string): number {
  const keys = new Set<string>();
  const index = waiting.findIndex(({ item }) => keys.size === keys.add(keyOf(item)).size);
  return index === -1 ? waiting.length : index;
}

/** One reading for all who ask before it begins; who asks later gets a later one. */
export function readTogether<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const reading = read();
      running = reading.catch(() => undefined);
      return reading;
    });
    return next;
  };
}
