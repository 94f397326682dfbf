import { createHash } from "node:crypto";
import type { Message, NewCommand, SinkContext } from "@signalbox/core";
import { bodyOf } from "./downlink-body.ts";
import { type DeviceReading, devicesOf } from "./downlink-devices.ts";
import type { DownlinkConfig } from "./downlink-schema.ts";

type Order = Omit<NewCommand, "key" | "device" | "notBefore">;

/**
 * The commands a message leads to: one per device, each once. None where an expression gave no device; "expired" where
 * the message is older than the commands' time to live. Throws as devicesOf and bodyOf do.
 */
export async function commandsOf(
  message: Message,
  reading: DeviceReading & { readonly context: SinkContext },
  signal: AbortSignal,
): Promise<readonly NewCommand[] | "expired"> {
  const { config, context } = reading;
  const now = context.clock.now();
  const expiresAt = config.ttl === undefined ? undefined : eventTimeOf(message, now) + config.ttl;
  if (expiresAt !== undefined && expiresAt <= now) return "expired";
  const devices = await devicesOf(message, reading, signal);
  if (devices.length === 0) return [];
  const order: Order = {
    ...(await orderOf(message, config, context)),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return devices.map((device) => ({
    ...order,
    key: keyOf([message.id, context.pipeline, context.name, device]),
    device,
    ...(config.spread === undefined ? {} : { notBefore: now + partOf(config.spread, device) }),
  }));
}

async function orderOf(message: Message, config: DownlinkConfig, context: SinkContext): Promise<Order> {
  const { pipeline, name: sink, retry } = context;
  const { confirm } = config;
  const supersedeKey = await supersedeKeyOf(message, config, context);
  return {
    pipeline,
    sink,
    message: message.id,
    connection: config.connection,
    payload: await bodyOf(message, config),
    maxAttempts: retry.attempts,
    backoffMs: retry.backoffMs,
    maxBackoffMs: retry.maxBackoffMs,
    onUnknown: config.onUnknown,
    ...(supersedeKey === undefined ? {} : { supersedeKey }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            expect: confirm.expect.text,
            vars: confirm.expect.vars,
            withinMs: confirm.within,
            otherwise: confirm.otherwise,
          },
        }),
    ...(config.dryRun ? { isDryRun: true } : {}),
    ...(message.meta.traceparent === undefined ? {} : { traceparent: message.meta.traceparent }),
  };
}

/** A sink's own commands can never be those that share a `key`, whatever its text. */
async function supersedeKeyOf(
  message: Message,
  { supersede }: DownlinkConfig,
  { pipeline, name }: SinkContext,
): Promise<string | undefined> {
  if (supersede === false) return undefined;
  if (supersede === true) return `sink:${JSON.stringify([pipeline, name])}`;
  return `key:${await supersede.key.render(message)}`;
}

/** A device's clock may be ahead; that does not make its commands live longer. */
function eventTimeOf({ meta }: Message, now: number): number {
  const time = Date.parse(meta.time);
  return Number.isNaN(time) ? Date.parse(meta.receivedAt) : Math.min(time, now);
}

/** The same part of a time for the same device, always; the devices are spread evenly over it. */
export function partOf(timeMs: number, device: string): number {
  const share = createHash("sha256").update(device).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * timeMs);
}

/** The same order has the same key whenever it comes again. The 0 is its index: one message orders a device once. */
function keyOf(parts: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...parts, 0]))
    .digest("hex");
}
