import {
  defineSink,
  delivered,
  failed,
  type Message,
  type NewCommand,
  toSignalboxError,
  type WriteResult,
} from "@signalbox/core";
import { akenzaConnectionOf } from "../connection.ts";
import { commandsOf } from "./downlink-commands.ts";
import { downlinkSchema } from "./downlink-schema.ts";

export const akenzaDownlinkSink = defineSink({
  name: "akenzaDownlink",
  summary: "Commands to akenza devices, over LoRaWAN or MQTT, through the command queue.",
  description: `
Makes one command per device of each message and hands it to the engine's command ledger. The message is delivered when
its commands are durably recorded; they are sent from there, within akenza's rate limit and before all other requests.

Each command has a key made of message, pipeline, sink and device: the same order is taken once, however often its message
comes. What became of a command is shown by \`status\` and the control API:

- **accepted**: akenza answered 2xx. Whether the radio network delivers it, akenza does not say.
- **rejected**: akenza refused it (400, 404: unknown device, wrong connectivity, no encoder).
- **queued** again, with backoff as \`retry\` says: 429 and 5xx, no connection, and 401 or 403, which a person can mend.
- **unknown**: the request left and no answer came. It is not sent again by itself.
- **failed**: its attempts are spent.

Devices of connectivity HTTP, CoAP and Sigfox take no downlinks. An expression that gives no id, no hex or no object
rejects the message. An empty list of devices discards it as \`no-route\`.
`.trim(),
  schema: downlinkSchema,
  examples: [
    {
      title: "Set every valve of a list through the device type's encoder",
      yaml: `akenzaDownlink:
  devices: ["0242ac1300020001", "0242ac1300020002"]
  lorawan: { port: 2, confirmed: true, payload: '{ "setTargetTemperature": 17 }' }`,
    },
    {
      title: "Bytes to the device the message comes from",
      yaml: `akenzaDownlink:
  lorawan: { port: 3, payloadHex: '"0e14"' }`,
    },
    {
      title: "JSON over MQTT to the devices a request names",
      yaml: `akenzaDownlink:
  devices: plugs
  mqtt: { topic: "commands/{{ room }}", payload: '{ "on": on }' }
name: plugs`,
    },
  ],
  sendsCommands: true,
  defaults: { batchCount: 100, concurrency: 4, timeoutMs: 30_000 },
  create(config, context) {
    // Looked up now, so that a connection of another kind is found before anything runs.
    akenzaConnectionOf(context, config.connection);
    return {
      async write(batch) {
        const prepared = await Promise.all(batch.map((message) => prepare(message)));
        const commands = prepared.flatMap((each) => ("commands" in each ? each.commands : []));
        if (commands.length > 0) await context.services.commands.accept(commands);
        return prepared.map((each): WriteResult => ("commands" in each ? resultOf(each.commands) : each));
      },
    };

    async function prepare(message: Message): Promise<{ commands: readonly NewCommand[] } | WriteResult> {
      try {
        return { commands: await commandsOf(message, config, context) };
      } catch (error) {
        return failed(toSignalboxError(error, "AKENZA_DOWNLINK_INVALID"));
      }
    }
  },
});

function resultOf(commands: readonly NewCommand[]): WriteResult {
  return commands.length > 0 ? delivered : { status: "discarded", reason: "no-route" };
}
