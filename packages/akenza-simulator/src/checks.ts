import { SimulatorError } from "./errors.ts";

/** Throws SIMULATOR_OPTION_INVALID unless HTTP can answer with it. */
export function checkStatus(status: number): void {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return;
  throw new SimulatorError("SIMULATOR_OPTION_INVALID", `status must be from 200 to 599, not ${status}`);
}

/** Throws SIMULATOR_OPTION_INVALID unless a WebSocket close frame can carry them. */
export function checkClosing(code: number, reason: string): void {
  const isReserved = [1004, 1005, 1006].includes(code);
  const isKnown = (code >= 1000 && code <= 1014 && !isReserved) || (code >= 3000 && code <= 4999);
  if (!Number.isInteger(code) || !isKnown) {
    throw new SimulatorError("SIMULATOR_OPTION_INVALID", `${code} is no close code that may be sent`);
  }
  if (Buffer.byteLength(reason) > 123) {
    throw new SimulatorError("SIMULATOR_OPTION_INVALID", "a close reason has at most 123 bytes");
  }
}

/** Throws SIMULATOR_OPTION_INVALID unless it is a finite number above 0. */
export function positive(name: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return;
  throw new SimulatorError("SIMULATOR_OPTION_INVALID", `${name} must be a number above 0`);
}
