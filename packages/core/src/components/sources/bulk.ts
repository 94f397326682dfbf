interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one call of what many ask for one by one: while a call is under way, what comes gathers for the next. Each asker
 * gets the result at its own place, or the error of its call.
 */
export function createBulk<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let gathering: Waiting<Item, Result>[] = [];
  let isRunning = false;

  return (item) =>
    new Promise((resolve, reject) => {
      gathering.push({ item, resolve, reject });
      if (!isRunning) void drain();
    });

  async function drain(): Promise<void> {
    isRunning = true;
    while (gathering.length > 0) {
      const asked = gathering;
      gathering = [];
      await answer(asked);
    }
    isRunning = false;
  }

  async function answer(asked: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(asked.map(({ item }) => item));
      for (const [index, { resolve, reject }] of asked.entries()) {
        if (index in results) resolve(results[index] as Result);
        else reject(new Error(`${results.length} results for ${asked.length} items`));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
