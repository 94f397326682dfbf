import {
  defineSink,
  failed,
  formatLocation,
  type Message,
  type NewCommand,
  type Sink,
  type SinkContext,
  toSignalboxError,
  type WriteResult,
} from "@signalbox/core";
import { akenzaConnectionOf } from "../connection.ts";
import { downlinkDescription, downlinkExamples } from "../docs/downlink-docs.ts";
import { commandsOf } from "./downlink-commands.ts";
import { describeQuery, type DeviceReading, isQuery } from "./downlink-devices.ts";
import { type DownlinkConfig, downlinkSchema } from "./downlink-schema.ts";

export const akenzaDownlinkSink = defineSink({
  name: "akenzaDownlink",
  summary: "Commands to akenza devices, over LoRaWAN or MQTT, through the command queue.",
  description: downlinkDescription,
  schema: downlinkSchema,
  examples: downlinkExamples,
  sendsCommands: true,
  defaults: { batchCount: 100, concurrency: 4, timeoutMs: 30_000 },
  create: createDownlink,
});

type Prepared = { readonly commands: readonly NewCommand[] } | WriteResult;

function createDownlink(config: DownlinkConfig, context: SinkContext): Sink {
  // Looked up now, so that a connection of another kind is found before anything runs.
  const { lists } = akenzaConnectionOf(context, config.connection);
  const reading: DeviceReading = { config, lists, at: context.at };

  async function prepare(message: Message, signal: AbortSignal): Promise<Prepared> {
    try {
      const commands = await commandsOf(message, { ...reading, context }, signal);
      if (commands === "expired") return { status: "discarded", reason: "expired" };
      return commands.length > 0 ? { commands } : { status: "discarded", reason: "no-route" };
    } catch (error) {
      return failed(toSignalboxError(error, "AKENZA_DOWNLINK_INVALID"));
    }
  }

  return {
    open: (signal) => readFirst(reading, context, signal),
    async write(batch, signal) {
      const prepared = await Promise.all(batch.map((message) => prepare(message, signal)));
      const commands = prepared.flatMap((each) => ("status" in each ? [] : each.commands));
      if (commands.length > 0) await context.services.commands.accept(commands);
      return prepared.map((each): WriteResult => ("status" in each ? each : leadingTo(each.commands)));
    },
  };
}

/** Whoever waits for the message hears which commands to ask for. */
function leadingTo(commands: readonly NewCommand[]): WriteResult {
  return { status: "delivered", commands: commands.map(({ key }) => key) };
}

/** A query that cannot be read, or finds nothing, shows when the pipeline starts and not at three in the morning. */
async function readFirst(
  { config, lists, at }: DeviceReading,
  { log }: SinkContext,
  signal: AbortSignal,
): Promise<void> {
  const { devices } = config;
  if (!isQuery(devices)) return;
  const found = await lists.read(devices, devices.every, signal);
  if (found.length > 0) return;
  log.warn(
    { code: "AKENZA_DEVICES_NONE", query: describeQuery(devices), at: formatLocation(at) },
    "The devices of a downlink are none at present; its messages will be rejected.",
  );
}
