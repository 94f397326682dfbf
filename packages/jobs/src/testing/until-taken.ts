import type { SignalboxError } from "@signalbox/core";

/** Asks a store again while it is away, as an engine does for what it must keep. Any other failure is thrown. */
export async function untilTaken(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if ((error as SignalboxError).code !== "STORE_UNREACHABLE") throw error;
      // A refusal can come at once: the connections need a turn of the event loop to come back.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
