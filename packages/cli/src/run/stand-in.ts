import { createSimulator, type Simulator, SimulatorError } from "@signalbox/akenza-simulator";
import type { Settings } from "@signalbox/core";

/** A simulated akenza on the settings' port, or on a free one when that is taken. Its devices send once it is told to. */
export async function startStandIn({ simulator }: Settings): Promise<Simulator> {
  try {
    return await createSimulator({ port: simulator.port });
  } catch (error) {
    if (!(error instanceof SimulatorError) || error.code !== "SIMULATOR_PORT_TAKEN") throw error;
    return await createSimulator({ port: 0 });
  }
}

/** What a person must know of it, in a sentence. */
export function standInNote({ url, devices }: Simulator): string {
  return `No AKENZA_API_KEY is set: a simulated akenza with ${devices.length} devices stands in at ${url}.`;
}
