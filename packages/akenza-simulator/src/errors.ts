/** What went wrong in the use of the simulator itself: a bad option, an unknown device, an unreadable recording. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type SimulatorErrorCode =
  | "SIMULATOR_OPTION_INVALID"
  | "SIMULATOR_DEVICE_UNKNOWN"
  | "SIMULATOR_DEVICE_DUPLICATE"
  | "SIMULATOR_SAMPLE_INVALID"
  | "SIMULATOR_RECORDING_INVALID"
  | "SIMULATOR_PORT_TAKEN"
  | "SIMULATOR_CLOSED";
