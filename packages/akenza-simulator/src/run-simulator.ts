import { once } from "node:events";
import type { Simulator } from "./contract.ts";
import type { SimulatorOptions } from "./options.ts";
import { createSimulator } from "./simulator.ts";

export interface RunOptions extends SimulatorOptions {
  /** Called when it listens and before it sends. */
  readonly onReady?: (simulator: Simulator) => void;
}

/** A simulator that sends by itself until the signal aborts; resolves when all of it is closed. */
export async function runSimulator({ onReady, ...options }: RunOptions, signal: AbortSignal): Promise<void> {
  const simulator = await createSimulator(options);
  try {
    onReady?.(simulator);
    simulator.start();
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await simulator.close();
  }
}
