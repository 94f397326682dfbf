import type { z } from "zod";

/** What the checks look at. */
interface Words {
  readonly devices?: unknown;
  readonly maxDevices: number;
  readonly lorawan?: unknown;
  readonly mqtt?: unknown;
  readonly ttl?: number | undefined;
  readonly spread?: number | undefined;
  readonly confirm?: { readonly within: number } | undefined;
}

/** Reports the words of an `akenzaDownlink` that are good each and make no sense together. */
export function reportContradictions(words: Words, check: z.core.$RefinementCtx): void {
  const report = (message: string, ...path: string[]): void => check.addIssue({ code: "custom", message, path });
  const { devices, maxDevices, lorawan, mqtt, ttl, spread, confirm } = words;
  if (lorawan === undefined && mqtt === undefined) report("say how it goes out: lorawan or mqtt");
  if (lorawan !== undefined && mqtt !== undefined) report("a downlink goes out by lorawan or by mqtt: keep one");
  if (Array.isArray(devices) && devices.length > maxDevices) {
    report(`${devices.length} devices are listed, and maxDevices allows ${maxDevices}`, "devices");
  }
  if (ttl !== undefined && ttl < 1_000) report("a command needs a second at least to be sent", "ttl");
  if (spread !== undefined && ttl !== undefined && spread >= ttl) {
    report("commands are put off for longer than they live: make spread shorter than ttl", "spread");
  }
  if (confirm !== undefined && confirm.within < 1_000)
    report("a device needs a second at least to answer", "confirm", "within");
  if (isQuery(devices) && devices.every < 1_000)
    report("a list is read again at most once a second", "devices", "every");
}

function isQuery(devices: unknown): devices is { readonly every: number } {
  return typeof devices === "object" && devices !== null && "every" in devices && typeof devices.every === "number";
}
