/** How to end what was started, in the order it was started in. */
export type Closing = (() => Promise<unknown>)[];

/** Makes something out of several parts; when one cannot be made, those that were are ended again. */
export async function assembled<T>(make: (closing: Closing) => Promise<T>): Promise<T> {
  const closing: Closing = [];
  try {
    return await make(closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** Ends everything, the latest first. */
export async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}
